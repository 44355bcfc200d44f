import type { AnswerPart, ContentPart, Message } from "../../model/message.ts";
import type { Said } from "./recorded-entry.ts";

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
