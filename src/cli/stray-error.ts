import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { thrownFrames } from "../errors/own-frames.ts";

/** What was thrown where nobody waits for it: in a timer, or by a promise that nothing awaits. */
export function strayError(thrown: unknown): LlmDoError {
  const [frame] = thrownFrames(thrown);
  return new LlmDoError({
    code: "call",
    verb: "run",
    what: "llm-do",
    reason: `code that nothing waits for threw: ${messageOf(thrown)}`,
    place: frame?.place,
    tries: ["await what a tool starts before it returns, or catch what it throws"],
    cause: thrown,
  });
}
