import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { type RpcError, rpcErrorOf } from "./rpc-error.ts";

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
