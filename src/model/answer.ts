import { LlmDoError } from "../errors/llm-do-error.ts";
import { AnswerSize } from "./answer-size.ts";
import type { AnswerSource, ModelEvent, StopReason } from "./event.ts";
import type { AnswerPart } from "./message.ts";
import type { Usage } from "./usage.ts";

/** A whole answer: what a stream of events said. */
export interface Answer {
  readonly parts: readonly AnswerPart[];
  readonly stop: StopReason;
  /** What the provider said about it beyond the reason, such as why the model refused. */
  readonly stopDetail?: string;
  readonly usage: Usage;
  readonly source: AnswerSource;
}

/**
 * Reads a stream to its end.
 *
 * @throws LlmDoError `transport` when the stream ends without an `end` event, goes on after it, or
 * goes on for ever.
 */
export async function collectAnswer(
  events: AsyncIterable<ModelEvent>,
  onEvent?: (event: ModelEvent) => void,
): Promise<Answer> {
  let parts: AnswerPart[] = [];
  let answer: Answer | undefined;
  const size = new AnswerSize();
  for await (const event of events) {
    if (answer) throw brokenContract("the stream went on after its end");
    const pause = size.add(event);
    if (pause) await pause;
    if (event.kind === "part") parts.push(event.part);
    else if (event.kind === "restart") parts = [];
    else if (event.kind === "end") {
      const { kind: _end, ...end } = event;
      answer = { parts, ...end };
    }
    onEvent?.(event);
  }
  if (!answer) throw brokenContract("the stream stopped without an end");
  return answer;
}

/** The events that say a whole answer: each part with its delta, then the end. */
export function* answerEvents(answer: Answer): Generator<ModelEvent> {
  for (const part of answer.parts) {
    if (part.kind === "text" && part.text !== "") yield { kind: "text-delta", text: part.text };
    if (part.kind === "thinking" && part.text !== "") {
      yield { kind: "thinking-delta", text: part.text };
    }
    yield { kind: "part", part };
  }
  const { stop, stopDetail, usage, source } = answer;
  const detail = stopDetail === undefined ? {} : { stopDetail };
  yield { kind: "end", stop, ...detail, usage, source };
}

function brokenContract(reason: string): LlmDoError {
  return new LlmDoError({ code: "transport", verb: "read", what: "model answer", reason });
}
