import { splitModelName } from "../../../model/request.ts";

/** What a server said instead of an answer. */
export interface SaidFailure {
  readonly status?: number | undefined;
  readonly type?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * What is wrong, as far as a person can do something about it.
 *
 * - `bad-key`: the key is wrong, missing or no longer valid, whatever the status.
 * - `no-credit`: the account cannot pay. Waiting does not help.
 * - `no-model`: the server does not have the model.
 * - `no-endpoint`: the server has nothing at this address.
 * - `long-prompt`: the conversation does not fit the model.
 * - `long-answer`: `max_tokens` is more than the model gives.
 * - `large-body`: the request has too many bytes.
 * - `quota`: the account has used what its plan gives it for now.
 */
export type FailureKind =
  | "bad-key"
  | "no-credit"
  | "no-model"
  | "no-endpoint"
  | "long-prompt"
  | "long-answer"
  | "large-body"
  | "quota"
  | "other";

/** `docs/wire/errors.md` says which servers use which words. */
const WORDS = {
  badKey: [
    /\b(api[ _-]?key|x-api-key|access token|bearer token|auth(entication|orization)? (token|header)|credentials?)\b.{0,60}\b(not valid|invalid|incorrect|missing|required|expired|revoked|leaked|malformed|not found|not provided|disabled|wrong)\b/i,
    /\b(invalid|incorrect|missing|wrong|expired|unknown|malformed|no|valid|provide( an?| your)?)\b.{0,40}\b(api[ _-]?key|x-api-key|access token|bearer token|auth(entication|orization)? (token|header)|credentials?)\b/i,
    /\bAPI_KEY_(INVALID|MISSING)\b|\binvalid_api_key\b/i,
  ],
  noCredit: [
    /\b(insufficient|not enough|out of|no more)\b.{0,20}\b(balance|credits?|quota|funds)\b/i,
    /\bcredit balance is too low\b|\bpayment required\b|\bbilling hard limit\b|\brequires more credits\b/i,
    /\b(account|team).{0,40}\b(suspended|arrears|overdue|used all available credits)\b/i,
  ],
  longPrompt: [
    /\bcontext[ _-]?(length|window|size|limit)\b/i,
    /\bprompt is too long\b|\binput is too long\b|\btoo many input tokens\b/i,
    /\b(input|prompt|request)\b.{0,60}\bexceeds?\b.{0,60}\b(tokens?|context)\b/i,
  ],
  longAnswer: [
    /\bmax_(completion_|output_)?tokens\b.{0,60}(>|\b(maximum|at most|too (large|high|big)|exceed|less than|supports)\b)/i,
    /\bmaximum allowed number of output tokens\b/i,
  ],
  noEndpoint: [
    /\bunexpected endpoint\b|\bunknown (request )?(url|endpoint|path|route)\b|\binvalid url\b/i,
  ],
  noModel: [
    /\bmodel\b.{0,90}\b(not found|not exist|does not exist|doesn't exist|is not available|has been (deprecated|decommissioned))/i,
    /\b(unknown|invalid|unrecognized|no such|not a valid|unable to access) model\b/i,
  ],
  quota: [/\bquota\b|\bplan and billing\b|\bper day\b/i],
} satisfies Record<string, readonly RegExp[]>;

const NO_CREDIT_TYPES: ReadonlySet<string> = new Set([
  "insufficient_quota",
  "billing_error",
  "billing_hard_limit_reached",
  "insufficient_balance",
  "payment_required",
]);

const NO_MODEL_TYPES: ReadonlySet<string> = new Set([
  "model_not_found",
  "invalid_model",
  "model_not_available",
  "deploymentnotfound",
]);

const LONG_PROMPT_TYPES: ReadonlySet<string> = new Set([
  "context_length_exceeded",
  "exceed_context_size_error",
  "model_context_window_exceeded",
]);

/** Statuses with which a server says that it has nothing at an address. */
const NO_ENDPOINT_STATUSES: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * What is wrong, by a failure's status, type and words: the same mistake has another status and other
 * words at each provider.
 *
 * @param model the model's full name
 */
export function diagnose(failure: SaidFailure, model: string): FailureKind {
  const { status, message = "" } = failure;
  const type = failure.type?.toLowerCase() ?? "";
  const isServersFault = status !== undefined && status >= 500;
  if (status === 402 || NO_CREDIT_TYPES.has(type)) return "no-credit";
  if (isServersFault) return status === 501 ? "no-endpoint" : "other";
  if (LONG_PROMPT_TYPES.has(type)) return "long-prompt";
  if (NO_MODEL_TYPES.has(type) || lacksModel(failure, model)) return "no-model";
  if (status === 401) return "bad-key";
  if (status !== 429 && says(WORDS.badKey, `${type} ${message}`)) return "bad-key";
  if (says(WORDS.noCredit, message)) return "no-credit";
  if (status === 429) return says(WORDS.quota, message) ? "quota" : "other";
  if (says(WORDS.longPrompt, message)) return "long-prompt";
  if (says(WORDS.longAnswer, message)) return "long-answer";
  if (says(WORDS.noEndpoint, message)) return "no-endpoint";
  if (status !== undefined && NO_ENDPOINT_STATUSES.has(status)) return "no-endpoint";
  return status === 413 ? "large-body" : "other";
}

/** Whether the server says of the model itself that it is not there. */
function lacksModel({ status, message = "" }: SaidFailure, model: string): boolean {
  if (status !== undefined && status !== 404 && status !== 400) return false;
  if (says(WORDS.noModel, message)) return true;
  return status === 404 && names(message, splitModelName(model).name);
}

function names(message: string, name: string): boolean {
  const at = message.toLowerCase().indexOf(name.toLowerCase());
  if (name === "" || at < 0) return false;
  return !/\w/.test(message.charAt(at - 1)) && !/\w/.test(message.charAt(at + name.length));
}

function says(patterns: readonly RegExp[], message: string): boolean {
  return patterns.some((pattern) => pattern.test(message));
}

/** The settings by the names that their fields have on the wires. */
const SETTING_OF_FIELD: Readonly<Record<string, string>> = {
  temperature: "temperature",
  top_p: "top_p",
  top_k: "top_k",
  max_tokens: "max_tokens",
  max_completion_tokens: "max_tokens",
  max_output_tokens: "max_tokens",
  stop: "stop_sequences",
  stop_sequences: "stop_sequences",
  seed: "seed",
  random_seed: "seed",
  presence_penalty: "presence_penalty",
  frequency_penalty: "frequency_penalty",
  parallel_tool_calls: "parallel_tool_calls",
  tool_choice: "tool_choice",
  reasoning: "thinking",
  reasoning_effort: "thinking",
  thinking: "thinking",
  user: "user",
  safety_identifier: "user",
};

/** A field in quotes, or at the beginning as in a list of misfits. */
const NAMED_FIELD = /^([a-z_]+):|['"`]([a-z_]+)['"`]/g;

const NOT_TAKEN =
  /\b(not supported|unsupported|does not support|deprecated|not permitted|not allowed|unknown|unrecognized|cannot find field)\b/i;

/** The setting that a server says it does not take, as its author wrote it; undefined where none. */
export function refusedSetting(message = ""): string | undefined {
  if (!NOT_TAKEN.test(message)) return undefined;
  for (const [, first, quoted] of message.matchAll(NAMED_FIELD)) {
    const field = first ?? quoted ?? "";
    if (Object.hasOwn(SETTING_OF_FIELD, field)) return `settings.${SETTING_OF_FIELD[field]}`;
  }
  return undefined;
}
