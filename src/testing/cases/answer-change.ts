import type { ReplacedAnswer } from "../../cassette/session/new-cassette.ts";
import type { AnswerPart } from "../../model/message.ts";

/** What a model says now to what it was asked before; travels between processes. */
export interface AnswerChange {
  /** The id of the call that asks. */
  readonly call: string;
  /** The answer of the recording that was replaced. */
  readonly before: string;
  readonly after: string;
}

export function answerChange({ call, before, after }: ReplacedAnswer): AnswerChange {
  return { call, before: answerText(before), after: answerText(after) };
}

/** What a person compares of an answer: what it says and which calls it makes. */
function answerText(parts: readonly AnswerPart[]): string {
  const said = parts.flatMap((part) => {
    if (part.kind === "text") return [part.text.trimEnd()];
    if (part.kind !== "tool-call") return [];
    return [`calls ${part.name} ${part.invalidInput ?? JSON.stringify(part.input)}`];
  });
  return said.join("\n");
}
