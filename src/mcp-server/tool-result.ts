import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { isJsonObject } from "../model/json.ts";
import type { ProjectOutcome } from "../project/run/run-project.ts";
import { outputText } from "../runtime/state/output.ts";
import { counted } from "../words/counted.ts";

const MIB = 1024 * 1024;

/**
 * Bytes of one message to a client, as JSON. The official client ends the connection at 10 MiB, and with it
 * every other call; what the transport adds fits in between.
 */
export const MOST_MESSAGE_BYTES = 8 * MIB;

/** Characters of an error that clients are told; models read them. */
const MOST_ERROR_CHARACTERS = 100_000;

/**
 * What a client is told of a call.
 *
 * @param isStructured whether the value goes beside its text, because the tool has an output schema
 */
export function toolResult(
  name: string,
  { ended }: ProjectOutcome,
  isStructured: boolean,
): CallToolResult {
  if (ended.kind === "failed") return errorResult(ended.error.message);
  const { output } = ended.result;
  const content: CallToolResult["content"] = [{ type: "text", text: outputText(output) }];
  const result =
    isStructured && isJsonObject(output) ? { content, structuredContent: output } : { content };
  const bytes = messageBytes(result);
  return bytes > MOST_MESSAGE_BYTES ? errorResult(tooLarge(name, bytes)) : result;
}

/** Bytes of a message as JSON. */
export function messageBytes(message: unknown): number {
  return Buffer.byteLength(JSON.stringify(message));
}

/** A size for people, exact and in MiB. */
export function sizeText(bytes: number): string {
  return `${counted(bytes, "byte")} (${(bytes / MIB).toFixed(1)} MiB)`;
}

function errorResult(message: string): CallToolResult {
  const left = message.length - MOST_ERROR_CHARACTERS;
  const text =
    left > 0 ? `${message.slice(0, MOST_ERROR_CHARACTERS)}… (${left} more characters)` : message;
  return { content: [{ type: "text", text }], isError: true };
}

function tooLarge(name: string, bytes: number): string {
  return (
    `The result of "${name}" has ${sizeText(bytes)}, and a client can be sent at most ` +
    `${MOST_MESSAGE_BYTES / MIB} MiB. The call was made. Ask for less: a part, a page or a ` +
    "summary; or let the tool write a file and return its path."
  );
}
