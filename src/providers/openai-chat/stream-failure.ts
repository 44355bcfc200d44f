import { isJsonObject, type Json } from "../../model/json.ts";
import { readErrorBody } from "../error-body.ts";
import type { StreamFailure } from "../http-error.ts";

/** Reads an error that came in the body of a good response: in a chunk, a choice or a completion. */
export function readStreamFailure(error: Json): StreamFailure {
  const { type, message } = readErrorBody({ error });
  const code = isJsonObject(error) ? (error.status_code ?? error.code) : undefined;
  const status = typeof code === "number" && code >= 400 && code < 600 ? code : undefined;
  return { type, message, status };
}
