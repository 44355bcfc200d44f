import { answerText } from "../../model/message.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";

/** The entry's answer as it stands. */
export interface AnswerSoFar {
  /** All of it. */
  readonly text: string;
  /** What came since the last time. Undefined where the answer began anew: show `text` in its place. */
  readonly added: string | undefined;
}

/** Makes the answer of a run's entry from its events. What is taken back is in no text. */
export class AnswerText {
  #text = "";
  #added = "";
  #beganAnew = false;
  /** Whether the next text is one of another answer: the model goes on after its tool calls. */
  #isOver = false;

  add(event: RunEvent): void {
    if (event.depth > 0) return;
    switch (event.kind) {
      case "model-request":
        this.#isOver = this.#text !== "";
        return;
      case "text-delta":
        if (event.anew && this.#text !== "") this.#isOver = true;
        this.#append(event.text);
        return;
      case "answer-restart":
        this.#beginAnew("");
        return;
      case "model-response":
        this.settle(answerText(event.parts));
        return;
      default:
        return;
    }
  }

  /** Says what the answer is, whatever came of it in pieces. */
  settle(text: string): void {
    if (text === this.#text && !this.#isOver) return;
    if (!this.#isOver && text.startsWith(this.#text)) this.#append(text.slice(this.#text.length));
    else this.#beginAnew(text);
  }

  /** The answer with what came since this was last called; undefined where nothing has. */
  take(): AnswerSoFar | undefined {
    if (this.#added === "" && !this.#beganAnew) return undefined;
    const added = this.#beganAnew ? undefined : this.#added;
    this.#added = "";
    this.#beganAnew = false;
    return { text: this.#text, added };
  }

  #append(text: string): void {
    if (text === "") return;
    if (this.#isOver) {
      this.#beginAnew(text);
      return;
    }
    this.#text += text;
    this.#added += text;
  }

  #beginAnew(text: string): void {
    this.#isOver = false;
    if (text === this.#text) return;
    // What nobody has seen yet need not be taken back.
    const isUnseen = this.#added === this.#text && !this.#beganAnew;
    this.#text = text;
    this.#added = isUnseen ? text : "";
    this.#beganAnew = !isUnseen;
  }
}
