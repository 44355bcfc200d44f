import { LlmDoError } from "../errors/llm-do-error.ts";
import { letOthersRun } from "../host/let-others-run.ts";
import { grouped } from "../words/counted.ts";
import type { ModelEvent } from "./event.ts";

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
export class AnswerSize {
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
