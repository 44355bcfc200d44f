import type { Json } from "../../model/json.ts";
import type { AnswerPart, ContentPart, Message } from "../../model/message.ts";
import type { Usage } from "../../model/usage.ts";

/** One entry of a cassette as a report shows it. */
export type RecordedEntry =
  | RecordedExchange
  /** The result of a tool. */
  | (EntryBase & {
      readonly kind: "effect";
      /** The tool, or what was asked of the clock or of chance. */
      readonly name: string;
      readonly input: Json | undefined;
      readonly output: Json | undefined;
      readonly error: string | undefined;
    })
  /** An approval, or its denial. */
  | (EntryBase & {
      readonly kind: "decision";
      readonly tool: string;
      readonly input: Json | undefined;
      readonly allowed: boolean;
      readonly by: string;
      readonly reason: string | undefined;
    });

interface EntryBase {
  readonly key: string;
  /** Path of the call from the entry, as in `main/analyzer#2`. */
  readonly call: string;
  /** Which run of a case about a distribution it is of. */
  readonly sample: number;
  readonly totalMs: number;
}

/** One request to a model with its answer. */
export interface RecordedExchange extends EntryBase {
  readonly kind: "exchange";
  readonly model: string;
  /** `script` where the answer was written by hand. */
  readonly source: string;
  /** Instructions, where the exchange begins a conversation. */
  readonly system: string | undefined;
  /** Names of what the model may call, where the exchange begins a conversation. */
  readonly tools: readonly string[];
  /** What is new in the request. */
  readonly asked: readonly Said[];
  readonly answered: readonly Said[];
  readonly stop: string;
  readonly usage: Usage;
  /** In US dollars; undefined where the price is unknown or nobody asked a model. */
  readonly usd: number | undefined;
  readonly firstMs: number;
}

/** One piece of what was said. */
export interface Said {
  readonly by: "user" | "model" | "tool";
  readonly as: "text" | "thinking" | "call" | "result" | "error" | "attachment" | "opaque";
  /** The id of the tool call that it is, or is the result of. */
  readonly id?: string;
  /** Name of what is called or attached. */
  readonly name?: string;
  readonly text: string;
}

const INDENT = 2;

/** A message as its pieces. */
export function saidIn(message: Message): readonly Said[] {
  switch (message.kind) {
    case "user":
      return message.content.map((part) => contentOf(part, "user"));
    case "assistant":
      return message.parts.map(saidPart);
    case "tool": {
      const { content, id, isError } = message;
      const as = isError ? "error" : "result";
      return content.map((part) => {
        const said = contentOf(part, "tool");
        return said.as === "text" ? { ...said, as, id } : { ...said, id };
      });
    }
  }
}

/** A part of an answer. */
export function saidPart(part: AnswerPart): Said {
  switch (part.kind) {
    case "text":
    case "thinking":
      return { by: "model", as: part.kind, text: part.text };
    case "tool-call": {
      const { id, name, input, invalidInput } = part;
      return { by: "model", as: "call", id, name, text: invalidInput ?? jsonText(input) };
    }
    case "opaque":
      return { by: "model", as: "opaque", name: part.extra.wire, text: jsonText(part.extra.data) };
  }
}

function contentOf(part: ContentPart, by: Said["by"]): Said {
  if (part.kind === "text") return { by, as: "text", text: part.text };
  if (part.kind === "attachment-url") return { by, as: "attachment", text: part.url };
  return { by, as: "attachment", name: part.name, text: part.mediaType };
}

/** A value as a person reads it: a text as it is. */
export function jsonText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, INDENT);
}
