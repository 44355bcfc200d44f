import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** What a provider says about an error, whichever of the known shapes it used. */
export interface ErrorBody {
  /** The most telling name: a textual `code`, else `type`, else `status`. */
  readonly type: string | undefined;
  readonly message: string | undefined;
  /** The id of the request, where the body rather than a header carries it. */
  readonly requestId: string | undefined;
}

/** Longest message that is shown; a proxy's HTML page or an echoed prompt would fill the screen. */
const MESSAGE_CHARACTERS = 600;

/**
 * Reads an error body: `{type, error: {type, message}}` (Anthropic), `{error: {message, type,
 * code}}` (OpenAI), `[{error: {code, message, status}}]` (Google), `{error: "..."}` (Ollama),
 * `{message}` or `{detail}` at the top (Mistral and others), JSON in a text, or plain text.
 */
export function readErrorBody(body: unknown): ErrorBody {
  const parsed = typeof body === "string" ? parseOrKeep(body) : body;
  const outer = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isJsonObject(outer)) {
    return { type: undefined, message: oneLine(outer), requestId: undefined };
  }
  const inner = isJsonObject(outer.error) ? outer.error : outer;
  return {
    type: typeOf(inner) ?? (typeof outer.error === "string" ? undefined : typeOf(outer)),
    message: messageIn(inner),
    requestId: text(outer.request_id),
  };
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

/** A text on one line and not longer than a person reads. */
export function oneLine(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const whole = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const visible = /^\s*<(!doctype|html)/i.test(whole)
    ? (pageTitle(whole) ?? withoutTags(whole))
    : whole;
  const line = visible.replace(/\s+/g, " ").trim();
  if (line === "") return undefined;
  return line.length > MESSAGE_CHARACTERS ? `${line.slice(0, MESSAGE_CHARACTERS)}...` : line;
}

function parseOrKeep(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body; // Not JSON: the text itself is the message.
  }
}

function typeOf(error: JsonObject): string | undefined {
  const type = text(error.code) ?? text(error.type) ?? text(error.status);
  return type === "error" ? undefined : type;
}

function messageIn(error: JsonObject): string | undefined {
  const message = oneLine(error.message ?? error.detail ?? error.error ?? error.msg);
  // OpenRouter says "Provider returned error" and keeps what the provider said in its metadata.
  const raw = isJsonObject(error.metadata) ? oneLine(error.metadata.raw) : undefined;
  if (raw === undefined || raw === message) return message;
  return message === undefined ? raw : `${message}: ${raw}`;
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
