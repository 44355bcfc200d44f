import type { AnswerPart, AnswerTextPart } from "../../../model/message.ts";

/**
 * Thinking that local servers leave in the text: the models of DeepSeek, Qwen and others write it
 * between tags, and a server without a parser for them passes the tags on.
 */
const OPENING = /^\s*<think(?:ing)?>/;
const CLOSING = /<\/think(?:ing)?>/;

/** The longest opening tag. */
const LONGEST_TAG = "<thinking>";

/**
 * A closing tag alone, on a line that it ends: chat templates write the opening one into the prompt.
 */
const LONE_CLOSING = /(?:^|\n)[^\S\n]*<\/think(?:ing)?>[^\S\n]*(?:\n|$)/;

/** The parts that a text of an answer says: thinking where it begins with it, then the rest. */
export function splitThinking(part: AnswerTextPart): readonly AnswerPart[] {
  const opening = OPENING.exec(part.text);
  if (!opening) return splitLone(part);
  const said = part.text.slice(opening[0].length);
  const closing = CLOSING.exec(said);
  const thought = { kind: "thinking", text: said.slice(0, closing?.index).trim() } as const;
  if (!closing) return [thought];
  const rest = said.slice(closing.index + closing[0].length).replace(/^\s*\n/, "");
  return rest.trim() === "" ? [thought] : [thought, ...splitThinking({ ...part, text: rest })];
}

function splitLone(part: AnswerTextPart): readonly AnswerPart[] {
  const closing = LONE_CLOSING.exec(part.text);
  if (!closing || /<think/.test(part.text.slice(0, closing.index))) return [part];
  const thought = { kind: "thinking", text: part.text.slice(0, closing.index).trim() } as const;
  const rest = part.text.slice(closing.index + closing[0].length).replace(/^\s*\n/, "");
  return rest.trim() === "" ? [thought] : [thought, { ...part, text: rest }];
}

interface TextDelta {
  readonly kind: "text-delta";
  readonly text: string;
}

type Delta = TextDelta | { readonly kind: "thinking-delta"; readonly text: string };

/**
 * The same for a text that arrives in pieces. It is held back while it may still become a tag; where
 * the whole turns out otherwise, as with a lone closing tag, {@link splitThinking} has the last word.
 */
export class ThinkingStream {
  #state: "undecided" | "thinking" | "text" = "undecided";
  #held = "";

  push(delta: TextDelta): readonly Delta[] {
    if (this.#state === "text") return [delta];
    this.#held += delta.text;
    return this.#state === "undecided" ? this.#decide() : this.#think();
  }

  /** Whether it was taken for text that does not begin with thinking. */
  get wasText(): boolean {
    return this.#state === "text";
  }

  /** What was held back, for a text that has ended. */
  flush(): readonly Delta[] {
    const text = this.#held;
    this.#held = "";
    if (text === "") return [];
    return [{ kind: this.#state === "thinking" ? "thinking-delta" : "text-delta", text }];
  }

  #decide(): readonly Delta[] {
    const opening = OPENING.exec(this.#held);
    if (opening) {
      this.#state = "thinking";
      this.#held = this.#held.slice(opening[0].length).trimStart();
      return this.#think();
    }
    const begun = this.#held.trimStart();
    if (LONGEST_TAG.startsWith(begun) || "<think>".startsWith(begun)) return [];
    this.#state = "text";
    return this.flush();
  }

  #think(): readonly Delta[] {
    const closing = CLOSING.exec(this.#held);
    if (!closing) {
      // The end of what is held may be the beginning of the tag.
      const safe = this.#held.length - tagBeginning(this.#held);
      const text = this.#held.slice(0, safe);
      this.#held = this.#held.slice(safe);
      return text === "" ? [] : [{ kind: "thinking-delta", text }];
    }
    const thought = this.#held.slice(0, closing.index);
    this.#held = this.#held.slice(closing.index + closing[0].length);
    this.#state = "undecided";
    const said: readonly Delta[] =
      thought === "" ? [] : [{ kind: "thinking-delta", text: thought }];
    return [...said, ...this.#decide()];
  }
}

/** Characters at the end of a text that may begin a closing tag. */
function tagBeginning(text: string): number {
  const at = text.lastIndexOf("<");
  if (at < 0) return 0;
  const end = text.slice(at);
  return "</thinking>".startsWith(end) || "</think>".startsWith(end) ? end.length : 0;
}
