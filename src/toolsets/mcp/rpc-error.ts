import { isJsonObject, type Json } from "../../model/json.ts";

/** Characters of an error's data that are told. */
const SHOWN_DATA = 4000;

/** What a server says of a request that failed, as JSON-RPC has it. */
export interface RpcError {
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
