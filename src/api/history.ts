import { LlmDoError } from "../errors/llm-do-error.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import type { Message } from "../model/message.ts";
import { readMessages } from "../model/read-messages.ts";

/**
 * The conversation before the input of a run.
 *
 * @throws LlmDoError `usage` for messages that are none, for a call without its result or a result
 * without its call, and where the entry is code, which has no conversation
 */
export function historyOf(entry: LlmFunction, messages: unknown): readonly Message[] | undefined {
  if (messages === undefined) return undefined;
  const history = readMessages(messages);
  if (entry.kind === "worker" || history.length === 0) return history;
  throw new LlmDoError({
    code: "usage",
    verb: "run",
    what: entry.name,
    reason: "it is code, and only a worker goes on with earlier messages",
    place: { file: entry.file },
    tries: ["leave out messages", "or name a worker with entry"],
  });
}
