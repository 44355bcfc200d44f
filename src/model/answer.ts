import { LlmDoError } from "../errors/llm-do-error.ts";
import { letOthersRun } from "../host/let-others-run.ts";
import { grouped } from "../words/counted.ts";
import type { AnswerSource, ModelEvent, StopReason } from "./event.ts";
import type { AnswerPart } from "./message.ts";
import type { Usage } from "./usage.ts";

/** A whole answer: what a stream of events said. */
export interface Answer {
  readonly parts: readonly AnswerPart[];
  readonly stop: StopReason;
  /** What the provider said about it beyond the reason, such as why the model refused. */
  readonly stopDetail?: string;
  /** The model that answered, where the provider names another one than was asked for. */
  readonly answeredBy?: string;
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
  const { stop, stopDetail, answeredBy, usage, source } = answer;
  const detail = stopDetail === undefined ? {} : { stopDetail };
  const by = answeredBy === undefined ? {} : { answeredBy };
  yield { kind: "end", stop, ...detail, ...by, usage, source };
}

function brokenContract(reason: string): LlmDoError {
  return new LlmDoError({ code: "transport", verb: "read", what: "model answer", reason });
}

/**
 * Characters of one answer, counted as it streams in. The longest answers on offer have 128,000
 * tokens, some 500,000 characters; generated images have a few million each.
 */
export const MAX_ANSWER_CHARACTERS = 64 * 1024 * 1024;

/** What an event counts at least, so that endless empty ones come to an end as well. */
const LEAST_CHARACTERS = 64;

/** How many events may come in a row before everything else has a turn. */
const EVENTS_AT_ONCE = 1000;

/** Watches over a stream that might never end. */
class AnswerSize {
  #characters = 0;
  #events = 0;

  /**
   * Counts one event.
   *
   * @returns what to wait for before the next one, where everything else should have a turn
   * @throws LlmDoError `transport` when the answer is longer than any can be
   */
  add(event: ModelEvent): Promise<void> | undefined {
    this.#characters += Math.max(charactersOf(event), LEAST_CHARACTERS);
    if (this.#characters > MAX_ANSWER_CHARACTERS) throw tooLong();
    return ++this.#events % EVENTS_AT_ONCE === 0 ? letOthersRun() : undefined;
  }
}

function charactersOf(event: ModelEvent): number {
  switch (event.kind) {
    case "text-delta":
    case "thinking-delta":
      return event.text.length;
    case "part":
      return "text" in event.part ? event.part.text.length : JSON.stringify(event.part).length;
    case "restart":
    case "end":
      return 0;
  }
}

function tooLong(): LlmDoError {
  return new LlmDoError({
    code: "transport",
    verb: "read",
    what: "model answer",
    reason: `it has more than ${grouped(MAX_ANSWER_CHARACTERS)} characters and no end`,
    tries: ["check the server that the model's name stands for"],
  });
}
