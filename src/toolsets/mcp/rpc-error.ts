import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** Characters of an error's data that are told. */
const SHOWN_DATA = 4000;

/** What a server says of a request that failed, as JSON-RPC has it. */
export interface RpcError {
  readonly code: number;
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
  const error = isJsonObject(answer) ? answer["error"] : undefined;
  if (typeof error === "string") return { code: 0, message: error };
  if (!isJsonObject(error)) return undefined;
  const { code, message, data } = error;
  return {
    code: Number.isInteger(Number(code ?? undefined)) ? Number(code) : 0,
    message: typeof message === "string" ? message : JSON.stringify(message ?? error),
    ...(data === undefined ? {} : { data }),
  };
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

/**
 * A line that is an answer with an error in another form than the protocol's, in the protocol's.
 *
 * @returns undefined for everything else
 */
export function repairedError(line: string): JsonObject | undefined {
  let answer: Json;
  try {
    answer = JSON.parse(line) as Json; // whatever it is, it is JSON
  } catch {
    return undefined;
  }
  const error = rpcErrorOf(answer);
  const id = isJsonObject(answer) ? answer["id"] : undefined;
  if (!error || (typeof id !== "number" && typeof id !== "string")) return undefined;
  return { jsonrpc: "2.0", id, error: { ...error } };
}
