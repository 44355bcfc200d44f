import { LlmDoError } from "../errors/llm-do-error.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import type { Message } from "../model/message.ts";
import { readMessages } from "../model/read-messages.ts";

/**
 * The conversation that a program passes as `messages`; an empty one where it passes none.
 *
 * @throws LlmDoError `usage` for messages that are none, and for a call without its result or a result
 * without its call
 */
export function readHistory(messages: unknown): readonly Message[] {
  return messages === undefined ? [] : readMessages(messages);
}

/** @throws LlmDoError `usage` for an entry that is code: it has no conversation */
export function checkConverses(entry: LlmFunction): void {
  if (entry.kind === "worker") return;
  throw new LlmDoError({
    code: "usage",
    verb: "run",
    what: entry.name,
    reason: "it is code, and only a worker goes on with earlier messages",
    place: { file: entry.file },
    tries: ["leave out messages", "or name a worker with entry"],
  });
}
