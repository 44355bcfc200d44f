import { messageOf } from "../../errors/message-of.ts";
import { codeOf } from "../../host/system-error.ts";
import { splitModelName } from "../../model/request.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { ProviderError } from "../provider-error.ts";
import { type AccessProblem, accessTries } from "./access-tries.ts";
import { oneLine, readErrorBody } from "./error-body.ts";
import { isRetryableResponse, isRetryableStreamError, retryAfterMs } from "./retry-hints.ts";
import { showsSecret, withoutSecrets } from "./secrets.ts";

/** A response whose status says that it is no answer. */
export interface HttpFailure {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the body's text. */
  readonly body: unknown;
  /** The clock's time, for a `retry-after` that is a date. */
  readonly nowMs: number;
}

/** An error that came inside a stream, after HTTP 200. */
export interface StreamFailure {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly status?: number | undefined;
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
  const waitMs = retryAfterMs(headers, failure.nowMs);
  const requestId = requestIdIn(headers) ?? body.requestId;
  const reason = [
    [status, body.type].filter((word) => word !== undefined).join(" "),
    body.message === undefined ? "" : `: ${body.message}`,
    requestId === undefined ? "" : ` (request ${requestId})`,
  ].join("");
  return new ProviderError({
    what: model,
    reason: withoutSecrets(config, reason),
    status,
    type: body.type === undefined ? undefined : withoutSecrets(config, body.type),
    retryable: isRetryableResponse(status, headers, body.type),
    retryAfterMs: waitMs,
    tries: triesFor(config, model, { status, type: body.type, waitMs }),
  });
}

/** The error for a request that got no response, or whose response broke off. */
export function connectionError(
  config: ProviderConfig,
  model: string,
  cause: unknown,
): ProviderError {
  const chain = causesOf(cause);
  const words = [...new Set(chain.map(describe))].filter((word) => word !== "");
  const reason = `no answer from ${addressOf(config)}: ${words.join(": ") || "unknown cause"}`;
  return new ProviderError({
    what: model,
    reason: withoutSecrets(config, oneLine(reason) ?? reason),
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
  const words = [...new Set(causesOf(cause).map(describe))].filter((word) => word !== "");
  const reason = `the answer broke off: ${words.join(": ") || "unknown cause"}`;
  return new ProviderError({
    what: model,
    reason: withoutSecrets(config, oneLine(reason) ?? reason),
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
  const { type, status } = failure;
  const name = [status, type].filter((word) => word !== undefined).join(" ");
  const message = oneLine(failure.message) ?? "the provider did not say why";
  return new ProviderError({
    what: model,
    reason: withoutSecrets(
      config,
      `error in the stream: ${name === "" ? "" : `${name}: `}${message}`,
    ),
    status,
    type: type === undefined ? undefined : withoutSecrets(config, type),
    retryable: isRetryableStreamError(type, status),
    tries: status === undefined ? [] : triesFor(config, model, { status, type, waitMs: undefined }),
  });
}

interface Diagnosis {
  readonly status: number;
  readonly type: string | undefined;
  readonly waitMs: number | undefined;
}

function accessProblem(status: number, type: string | undefined): AccessProblem | undefined {
  if (type === "insufficient_quota") return "no-credit";
  if (status === 401) return "unknown";
  return status === 403 ? "forbidden" : undefined;
}

function triesFor(config: ProviderConfig, model: string, diagnosis: Diagnosis): readonly string[] {
  const { status, type, waitMs } = diagnosis;
  const problem = accessProblem(status, type);
  if (problem !== undefined) return accessTries(config, model, problem);
  if (status === 404) {
    const { provider, name } = splitModelName(model);
    return [`check that ${provider} offers the model "${name}"`, ...baseUrlTry(config)];
  }
  if (status === 429) return [`${waitText(waitMs)}, or make fewer calls at a time`];
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
function describe(error: unknown): string {
  const code = error instanceof Error && error.message === "" ? codeOf(error) : undefined;
  return code ?? messageOf(error).replace(/\.$/, "");
}
