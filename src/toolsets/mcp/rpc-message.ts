import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

export type RequestId = string | number;

/** What is known of the place that a message was read from. */
export interface MessagePlace {
  /** The requests that have no answer yet. */
  readonly open: readonly RequestId[];
  /** Whether nothing but messages is read there; a program writes stray lines, too. */
  readonly isPure: boolean;
}

/**
 * A message as the protocol has it, where a server answers in another form. What it says of a
 * failure counts all the same, and nobody waits for an answer that has come.
 *
 * @returns the very same value where there is nothing to repair
 */
export function repairedMessage(message: Json, place: MessagePlace): Json {
  if (!isJsonObject(message) || "method" in message || !isMeant(message, place)) return message;
  const id = isId(message["id"]) ? message["id"] : undefined;
  const error = rpcErrorOf(message);
  if (error) {
    const failed = id ?? onlyOne(place.open); // a server that cannot read a request has no id of it
    return failed === undefined ? message : { jsonrpc: "2.0", id: failed, error: spoken(error) };
  }
  if (id === undefined) return message;
  const { result } = message;
  // Whoever asked says of an empty result what it lacks.
  if (!isJsonObject(result)) return { jsonrpc: "2.0", id, result: {} };
  const kept = withoutNullCapabilities(result);
  return kept === result && !("error" in message) ? message : { jsonrpc: "2.0", id, result: kept };
}

/** Whether a value is meant for a message: programs log JSON with an `id` or an `error` as well. */
function isMeant(message: JsonObject, { isPure }: MessagePlace): boolean {
  if ("jsonrpc" in message) return true;
  const isAnswer = "error" in message || "result" in message;
  return isAnswer && (isPure || "id" in message);
}

function isId(id: Json | undefined): id is RequestId {
  return typeof id === "string" || typeof id === "number";
}

function onlyOne(open: readonly RequestId[]): RequestId | undefined {
  return open.length === 1 ? open[0] : undefined;
}

/** The protocol's codes are numbers: another one is told with the message. */
function spoken({ code, message, ...more }: RpcError): JsonObject {
  if (typeof code === "number") return { code, message, ...more };
  return { code: 0, message: `${message} (code ${code})`.trim(), ...more };
}

/** In a greeting, what a server says to have as `null` it does not have. */
function withoutNullCapabilities(result: JsonObject): JsonObject {
  const { capabilities } = result;
  if (!isJsonObject(capabilities)) return result;
  const entries = Object.entries(capabilities);
  const kept = entries.filter(([, value]) => value !== null);
  if (kept.length === entries.length) return result;
  return { ...result, capabilities: Object.fromEntries(kept) };
}

/** Characters of an error's data that are told. */
const SHOWN_DATA = 4000;

/** What a server says of a request that failed, as JSON-RPC has it. */
interface RpcError {
  /** A number, by the protocol; 0 where there is none. */
  readonly code: number | string;
  readonly message: string;
  readonly data?: Json;
}

/**
 * The error in a JSON-RPC answer. Servers write codes as texts, and leave out what the protocol
 * wants; what they say of the failure counts all the same.
 *
 * @returns undefined where the value is no answer with an error
 */
export function rpcErrorOf(answer: unknown): RpcError | undefined {
  const { error, error_description: described } = isJsonObject(answer) ? answer : {};
  if (typeof error === "string") {
    // OAuth's form: https://www.rfc-editor.org/rfc/rfc6749#section-5.2.
    const message = typeof described === "string" ? `${error}: ${described}` : error;
    return { code: 0, message };
  }
  if (!isJsonObject(error)) return undefined;
  const { code, message, data } = error;
  return {
    code: rpcCode(code),
    message: typeof message === "string" ? message : JSON.stringify(message ?? error),
    ...(data === undefined ? {} : { data }),
  };
}

function rpcCode(code: Json | undefined): number | string {
  if (Number.isInteger(Number(code ?? undefined))) return Number(code);
  return typeof code === "string" ? code : 0;
}

/** A server's error in its own words, with its code and data. */
export function rpcErrorWords({ code, message, data }: RpcError, status?: number): string {
  const more = [
    ...(code === 0 ? [] : [`code ${code}`]),
    ...(status === undefined ? [] : [`HTTP ${status}`]),
    ...(data === undefined ? [] : [`data: ${shortData(data)}`]),
  ];
  const said = message.trim() === "" ? "the request failed" : message;
  return `the server says: ${said}${more.length === 0 ? "" : ` (${more.join(", ")})`}`;
}

function shortData(data: Json): string {
  const text = JSON.stringify(data);
  return text.length <= SHOWN_DATA ? text : `${text.slice(0, SHOWN_DATA)}…`;
}
