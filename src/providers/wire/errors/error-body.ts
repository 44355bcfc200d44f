import { isJsonObject, type Json, type JsonObject, jsonOrText } from "../../../model/json.ts";

/** What a provider says about an error, whichever of the known shapes it used. */
interface ErrorBody {
  /** The most telling name: a textual `code`, else `type`, else `status`. */
  readonly type: string | undefined;
  /** As it came: secrets are masked in the whole of it, before it is shortened. */
  readonly message: string | undefined;
  /** The id of the request, where the body rather than a header carries it. */
  readonly requestId: string | undefined;
  /** The tool call that the model wrote and the server refused. */
  readonly failedGeneration: string | undefined;
  /** How long the server asks to wait, in milliseconds, where the body rather than a header says it. */
  readonly retryAfterMs: number | undefined;
}

/** How deep an error is unwrapped that quotes another one as JSON. */
const MAX_QUOTES = 3;

/** Longest message that is shown; a proxy's HTML page or an echoed prompt would fill the screen. */
const MESSAGE_CHARACTERS = 600;

/**
 * Reads an error body: `{type, error: {type, message}}` (Anthropic), `{error: {message, type,
 * code}}` (OpenAI), `[{error: {code, message, status}}]` (Google), `{error: "..."}` (Ollama),
 * `{message}` or `{detail}` at the top (Mistral and others), a list of what does not fit (FastAPI),
 * JSON in a text, or plain text. Gateways quote the error of the server behind them, as JSON in the
 * message or in `metadata.raw`; the quoted one is read.
 */
export function readErrorBody(body: unknown): ErrorBody {
  return readError(body, MAX_QUOTES);
}

function readError(body: unknown, quotes: number): ErrorBody {
  const parsed = typeof body === "string" ? jsonOrText(body) : body;
  const outer = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isJsonObject(outer)) {
    return { ...NOTHING_SAID, message: wholeText(outer) };
  }
  const inner = isJsonObject(outer.error) ? outer.error : outer;
  const own: ErrorBody = {
    type: typeOf(inner) ?? (typeof outer.error === "string" ? undefined : typeOf(outer)),
    message: messageIn(inner),
    requestId: text(outer.request_id),
    failedGeneration: text(inner.failed_generation),
    retryAfterMs: retryDelayMs(inner.details),
  };
  const quoted = quotes > 0 ? quotedIn(inner) : undefined;
  return quoted === undefined ? own : withQuoted(own, readError(quoted, quotes - 1));
}

const NOTHING_SAID: ErrorBody = {
  type: undefined,
  message: undefined,
  requestId: undefined,
  failedGeneration: undefined,
  retryAfterMs: undefined,
};

/** The error of another server that an error quotes as JSON. */
function quotedIn({ message, metadata }: JsonObject): JsonObject | undefined {
  const candidates = [message, isJsonObject(metadata) ? metadata.raw : undefined];
  for (const candidate of candidates) {
    const value = typeof candidate === "string" ? jsonOrText(candidate) : candidate;
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (isJsonObject(first) && (first.error !== undefined || first.message !== undefined)) {
      return first;
    }
  }
  return undefined;
}

/** What was quoted says more than what quotes it. */
function withQuoted(own: ErrorBody, quoted: ErrorBody): ErrorBody {
  const isWrapped = own.message === undefined || /^\s*[[{]/.test(own.message);
  const words = [isWrapped ? undefined : own.message, quoted.message].filter(Boolean);
  return {
    type: quoted.type ?? own.type,
    message: words.length > 0 ? words.join(": ") : own.message,
    requestId: own.requestId ?? quoted.requestId,
    failedGeneration: own.failedGeneration ?? quoted.failedGeneration,
    retryAfterMs: own.retryAfterMs ?? quoted.retryAfterMs,
  };
}

/** Google's `RetryInfo` among the details of an error: `retryDelay: "30.5s"`. */
function retryDelayMs(details: Json | undefined): number | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details) {
    const delay = isJsonObject(detail) ? detail.retryDelay : undefined;
    const seconds = typeof delay === "string" ? /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1] : undefined;
    if (seconds !== undefined) return Math.round(Number(seconds) * 1000);
  }
  return undefined;
}

/** The error that a JSON document says in any of these shapes; undefined where it says none. */
export function errorDocument(document: Json): ErrorBody | undefined {
  const outer: unknown = Array.isArray(document) ? document[0] : document;
  if (!isJsonObject(outer)) return undefined;
  // A message that is no text is one of a conversation, as in Ollama's own protocol.
  const saysError =
    outer.error !== undefined || outer.detail !== undefined || typeof outer.message === "string";
  return saysError ? readErrorBody(outer) : undefined;
}

/** A text on one line and not longer than a person reads; undefined where nothing is to be read. */
export function oneLine(whole: string): string | undefined {
  const visible = isHtml(whole) ? (pageTitle(whole) ?? withoutTags(whole)) : whole;
  const line = visible.replace(/\s+/g, " ").trim();
  if (line === "") return undefined;
  return line.length > MESSAGE_CHARACTERS ? `${line.slice(0, MESSAGE_CHARACTERS)}...` : line;
}

function wholeText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const whole = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return whole.trim() === "" ? undefined : whole;
}

function typeOf(error: JsonObject): string | undefined {
  const type = text(error.code) ?? text(error.type) ?? text(error.status);
  return type === "error" ? undefined : type;
}

function messageIn(error: JsonObject): string | undefined {
  const said = error.message ?? error.detail ?? error.error ?? error.msg;
  const message = misfitsIn(said) ?? wholeText(said);
  // OpenRouter says "Provider returned error" and keeps what the provider said in its metadata.
  const raw =
    isJsonObject(error.metadata) && quotedIn({ metadata: error.metadata }) === undefined
      ? wholeText(error.metadata.raw)
      : undefined;
  if (raw === undefined || raw === message) return message;
  return message === undefined ? raw : `${message}: ${raw}`;
}

/**
 * What does not fit, of the list that FastAPI answers with 422: `[{loc: ["body", "n"], msg}]`, as it
 * is, under `detail`, or as JSON in a text.
 */
function misfitsIn(said: Json | undefined): string | undefined {
  const value = typeof said === "string" ? jsonOrText(said) : said;
  if (isJsonObject(value)) return value.detail === undefined ? undefined : misfitsIn(value.detail);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const misfits = value.map(misfitText);
  if (misfits.some((misfit) => misfit === undefined)) return undefined;
  return misfits.join("; ");
}

function misfitText(misfit: Json): string | undefined {
  const message = isJsonObject(misfit) ? text(misfit.msg) : undefined;
  if (message === undefined || !isJsonObject(misfit)) return undefined;
  const steps = Array.isArray(misfit.loc) ? misfit.loc.filter((step) => step !== "body") : [];
  return steps.length === 0 ? message : `${steps.join(".")}: ${message}`;
}

export function isHtml(text: string): boolean {
  return /^\s*<(!doctype|html)/i.test(text);
}

/** The title of an HTML page, on one line; undefined where there is none. */
export function pageTitle(html: string): string | undefined {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(html)?.[1]?.replace(/\s+/g, " ").trim();
  return title === "" ? undefined : title;
}

function withoutTags(html: string): string {
  return html.replace(/<[^>]*>/g, " ");
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
