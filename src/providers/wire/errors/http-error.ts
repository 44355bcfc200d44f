import { messageOf } from "../../../errors/message-of.ts";
import { codeOf } from "../../../errors/system-error.ts";
import { redirectPlace } from "../../../host/same-origin-fetch.ts";
import { splitModelName } from "../../../model/request.ts";
import { ProviderError, type ProviderErrorInit } from "../../provider-error.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { diagnose, type FailureKind, refusedSetting, type SaidFailure } from "./diagnose.ts";
import { oneLine, readErrorBody } from "./error-body.ts";
import { accessTries, switchTries } from "./failure-tries.ts";
import {
  isRefusedCall,
  RefusedCallError,
  type RefusedGeneration,
  readRefusedCall,
} from "./refused-call.ts";
import { isRetryableResponse, isRetryableStreamError, retryAfterMs } from "./retry-hints.ts";
import { showsSecret, withoutSecrets } from "./secrets.ts";

/** A response whose status says that it is no answer. */
interface HttpFailure {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the body's text. */
  readonly body: unknown;
  /** The clock's time, for a `retry-after` that is a date. */
  readonly nowMs: number;
  /** What to try when the server has nothing at the wire's address. */
  readonly foreignTries?: readonly string[];
}

/** An error that came inside a stream, after HTTP 200. */
interface StreamFailure {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly status?: number | undefined;
  readonly failedGeneration?: string | undefined;
  /** What to try when the server has nothing at the wire's address. */
  readonly foreignTries?: readonly string[] | undefined;
}

/** Headers that carry a request's id: Anthropic, OpenAI and most others, Azure. */
const REQUEST_ID_HEADERS = ["request-id", "x-request-id", "apim-request-id"] as const;

/** How many causes deep a connection error is read; Node's own chains have two. */
const CAUSE_DEPTH = 8;

/**
 * The error for a response that is no answer.
 *
 * @param model the model's full name, as in `anthropic:claude-haiku-4-5`
 */
export function httpError(
  config: ProviderConfig,
  model: string,
  failure: HttpFailure,
): ProviderError {
  const { status, headers } = failure;
  const body = readErrorBody(failure.body);
  const waitMs = retryAfterMs(headers, failure.nowMs) ?? body.retryAfterMs;
  const requestId = requestIdIn(headers) ?? body.requestId;
  const redirect = redirectPlace(failure);
  const message = redirect === undefined ? maskedLine(config, body.message) : undefined;
  const reason = [
    [status, body.type].filter((word) => word !== undefined).join(" "),
    message === undefined ? "" : `: ${message}`,
    writtenText(config, body.failedGeneration),
    redirect === undefined ? "" : `: it sends requests on to ${redirect}`,
    requestId === undefined ? "" : ` (request ${requestId})`,
  ].join("");
  const kind = diagnose({ ...body, status }, model);
  const init = {
    what: model,
    reason: withoutSecrets(config, reason),
    status,
    type: body.type === undefined ? undefined : withoutSecrets(config, body.type),
    retryable: kind !== "no-credit" && isRetryableResponse(status, headers, body.type),
    retryAfterMs: waitMs,
    tries:
      redirect === undefined
        ? triesFor(config, model, { ...failure, ...body, status, kind, waitMs })
        : [`set the base URL of ${config.provider} to where its server is, if you trust that one`],
  };
  return isRefusedCall(body) ? refusedCall(init, body) : new ProviderError(init);
}

/**
 * The error for a tool call that the server refused. Where its words do not say which tool the model
 * meant, the model cannot be told; asking again may give another call.
 */
function refusedCall(init: ProviderErrorInit, refused: RefusedGeneration): RefusedCallError {
  const call = readRefusedCall(refused);
  const tries = [
    "name the tool and what it takes more plainly in the worker's instructions",
    "lower settings.temperature, or use another model",
  ];
  return new RefusedCallError(
    { ...init, retryable: call === undefined && refused.failedGeneration !== undefined, tries },
    call,
  );
}

/** A text as an error shows it: secrets are masked first, since half of one would not be found. */
function maskedLine(config: ProviderConfig, text: string | undefined): string | undefined {
  return text === undefined ? undefined : oneLine(withoutSecrets(config, text));
}

function writtenText(config: ProviderConfig, failedGeneration: string | undefined): string {
  const written = maskedLine(config, failedGeneration);
  return written === undefined ? "" : ` (the model wrote: ${written})`;
}

/** The error for a request that got no response, or whose response broke off. */
export function connectionError(
  config: ProviderConfig,
  model: string,
  cause: unknown,
): ProviderError {
  const chain = causesOf(cause);
  const words = [...new Set(chain.map(errorWords))].filter((word) => word !== "");
  const reason = `no answer from ${addressOf(config)}: ${words.join(": ") || "unknown cause"}`;
  return new ProviderError({
    what: model,
    reason: maskedLine(config, reason) ?? "",
    retryable: !chain.some((error) => codeOf(error) === "ERR_INVALID_URL"),
    tries: ["check the network", ...baseUrlTry(config)],
    cause: withoutLeak(config, cause),
  });
}

/** The error for an answer that broke off: cut by the network, or garbled. Asking again may help. */
export function brokenStreamError(
  config: ProviderConfig,
  model: string,
  cause: unknown,
): ProviderError {
  const words = [...new Set(causesOf(cause).map(errorWords))].filter((word) => word !== "");
  const reason = `the answer broke off: ${words.join(": ") || "unknown cause"}`;
  return new ProviderError({
    what: model,
    reason: maskedLine(config, reason) ?? "",
    retryable: true,
    cause: typeof cause === "string" ? undefined : withoutLeak(config, cause),
  });
}

/** The error for an error message inside a stream. */
export function streamError(
  config: ProviderConfig,
  model: string,
  failure: StreamFailure,
): ProviderError {
  const { type, status, failedGeneration } = failure;
  const name = [status, type].filter((word) => word !== undefined).join(" ");
  const message = maskedLine(config, failure.message) ?? "the provider did not say why";
  const words = `${name === "" ? "" : `${name}: `}${message}${writtenText(config, failedGeneration)}`;
  const kind = diagnose(failure, model);
  const init = {
    what: model,
    reason: withoutSecrets(config, `error in the stream: ${words}`),
    status,
    type: type === undefined ? undefined : withoutSecrets(config, type),
    retryable: kind !== "no-credit" && isRetryableStreamError(type, status),
    tries: triesFor(config, model, { ...failure, kind, waitMs: undefined }),
  };
  const refused = { type, message: failure.message, failedGeneration };
  return isRefusedCall(refused) ? refusedCall(init, refused) : new ProviderError(init);
}

interface Diagnosis extends SaidFailure {
  readonly kind: FailureKind;
  readonly waitMs: number | undefined;
  readonly foreignTries?: readonly string[] | undefined;
}

function triesFor(config: ProviderConfig, model: string, diagnosis: Diagnosis): readonly string[] {
  const { kind, foreignTries = [] } = diagnosis;
  const { provider, name } = splitModelName(model);
  switch (kind) {
    case "no-credit":
      return accessTries(config, model, "no-credit");
    case "bad-key":
      return accessTries(config, model, "unknown");
    case "no-model":
      return provider === "ollama"
        ? [`ollama pull ${name}`]
        : [`check that ${provider} offers the model "${name}"`];
    case "no-endpoint":
      return [
        ...foreignTries,
        `check that ${provider} offers the model "${name}"`,
        ...baseUrlTry(config),
      ];
    case "long-prompt":
      return [
        "send less: smaller attachments, and tools that return less at a time",
        "use a model that takes more, or give parts of the work to other workers",
      ];
    case "long-answer":
      return ["lower settings.max_tokens"];
    case "large-body":
      return ["send fewer or smaller attachments, and have tools return less at a time"];
    case "quota":
      return [
        waitText(diagnosis.waitMs),
        "look up the account's quota: it may be one for the day, or for this model alone",
      ];
    case "other":
      return statusTries(config, model, diagnosis);
    default:
      return kind satisfies never;
  }
}

function statusTries(
  config: ProviderConfig,
  model: string,
  { status = 0, waitMs, message, type }: Diagnosis,
): readonly string[] {
  const switches = switchTries(config, { type, message });
  if (switches.length > 0) return switches;
  const setting = status < 500 ? refusedSetting(message) : undefined;
  if (setting !== undefined) return [`remove ${setting}: the server does not take it`];
  if (status === 403) return accessTries(config, model, "forbidden");
  if (status === 429) {
    return [`${waitText(waitMs)}, or make fewer calls at a time`];
  }
  return status >= 500 ? ["run it again later"] : [];
}

function waitText(waitMs: number | undefined): string {
  if (waitMs === undefined) return "wait (the server does not say how long)";
  return `wait ${Math.ceil(waitMs / 100) / 10} s, as the server asks`;
}

function baseUrlTry(config: ProviderConfig): string[] {
  return config.baseUrl === undefined ? [] : [`check the base URL ${addressOf(config)}`];
}

/** The base URL without user name, password and query, which may be secrets. */
function addressOf(config: ProviderConfig): string {
  if (config.baseUrl === undefined) return config.provider;
  const url = URL.parse(config.baseUrl);
  if (url === null) return withoutSecrets(config, config.baseUrl);
  return withoutSecrets(config, `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}`);
}

function requestIdIn(headers: Headers): string | undefined {
  for (const name of REQUEST_ID_HEADERS) {
    const id = headers.get(name);
    if (id !== null && id !== "") return id;
  }
  return undefined;
}

/** A cause may be printed with --debug, so one that quotes a secret is left out. */
function withoutLeak(config: ProviderConfig, cause: unknown): unknown {
  const leaks = causesOf(cause).some((error) => showsSecret(config, error));
  return leaks ? undefined : cause;
}

/** An error and what caused it, outermost first. */
export function causesOf(cause: unknown): unknown[] {
  const chain: unknown[] = [];
  let next = cause;
  while (next !== undefined && next !== null && chain.length < CAUSE_DEPTH) {
    chain.push(next);
    next = next instanceof Error ? next.cause : undefined;
  }
  return chain;
}

/** An error's message, or its code where Node left the message empty. */
function errorWords(error: unknown): string {
  const code = error instanceof Error && error.message === "" ? codeOf(error) : undefined;
  return code ?? messageOf(error).replace(/\.$/, "");
}
