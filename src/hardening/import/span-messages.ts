import { isJsonObject, type Json, type JsonObject, jsonOrText, listIn } from "../../model/json.ts";

/** One message of a span. */
export interface SpanMessage {
  readonly role: string;
  readonly text: string;
  /** Whether it calls tools, or is the result of one. */
  readonly hasTools: boolean;
  /** Whether it holds what is neither text nor a tool call: a file, an image. */
  readonly hasOther: boolean;
  readonly finishReason: string | undefined;
}

/** What a span says was asked and answered. */
interface SpanMessages {
  /** Undefined where the span has none. */
  readonly input: readonly SpanMessage[] | undefined;
  readonly output: readonly SpanMessage[] | undefined;
  /** Undefined where the span has none beside its messages. */
  readonly instructions: string | undefined;
}

interface SpanEvent {
  readonly name: string;
  readonly attributes: JsonObject;
}

/**
 * The messages of a span in the forms that the conventions have had: attributes with lists of messages,
 * as structured values or as JSON in a text; `gen_ai.prompt` and `gen_ai.completion`, on the span, on its
 * events or numbered; and an event for each message.
 */
export function spanMessages(own: JsonObject, events: readonly SpanEvent[]): SpanMessages {
  const attributes = Object.assign({}, ...events.map((event) => event.attributes), own);
  const said = events.flatMap(eventMessage);
  const asked = said.filter(({ isAnswer }) => !isAnswer).map(({ message }) => message);
  const answered = said.filter(({ isAnswer }) => isAnswer).map(({ message }) => message);
  const parts = attributes["gen_ai.system_instructions"];
  return {
    input:
      messagesIn(attributes["gen_ai.input.messages"], "user") ??
      messagesIn(attributes["gen_ai.prompt"], "user") ??
      numbered(attributes, "gen_ai.prompt") ??
      (asked.length > 0 ? asked : undefined),
    output:
      messagesIn(attributes["gen_ai.output.messages"], "assistant") ??
      messagesIn(attributes["gen_ai.completion"], "assistant") ??
      numbered(attributes, "gen_ai.completion") ??
      (answered.length > 0 ? answered : undefined),
    instructions: parts === undefined ? undefined : messageOf(structured(parts), "system").text,
  };
}

/** A value, also one that stands in a text as JSON. */
function structured(value: Json): Json {
  return typeof value === "string" && /^\s*[[{"]/.test(value) ? jsonOrText(value) : value;
}

function messagesIn(value: Json | undefined, role: string): readonly SpanMessage[] | undefined {
  if (value === undefined) return undefined;
  const said = structured(value);
  const list = Array.isArray(said) ? said : [said];
  // What was cut at a length is neither a list of messages nor the text of one.
  if (typeof said === "string" && /^\s*\[\s*\{/.test(said)) return undefined;
  return list.map((message) => messageOf(message, role));
}

/** Messages as in `gen_ai.prompt.0.role` and `gen_ai.prompt.0.content`. */
function numbered(attributes: JsonObject, prefix: string): readonly SpanMessage[] | undefined {
  const messages: SpanMessage[] = [];
  const role = prefix === "gen_ai.prompt" ? "user" : "assistant";
  const names = Object.keys(attributes);
  for (let index = 0; ; index++) {
    const start = `${prefix}.${index}.`;
    const own = names.filter((name) => name.startsWith(start));
    if (own.length === 0) return messages.length > 0 ? messages : undefined;
    const fields = Object.fromEntries(
      own.map((name) => [name.slice(start.length), attributes[name] ?? null]),
    );
    const hasTools = own.some((name) => name.slice(start.length).startsWith("tool_calls"));
    const message = messageOf(fields, role);
    messages.push({ ...message, hasTools: message.hasTools || hasTools });
  }
}

const ROLES: Readonly<Record<string, string>> = {
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
  "gen_ai.choice": "assistant",
};

function eventMessage({ name, attributes }: SpanEvent) {
  const role = ROLES[name];
  if (role === undefined) return [];
  const isAnswer = name === "gen_ai.choice";
  const message = structured(attributes["message"] ?? attributes);
  return [{ isAnswer, message: messageOf(message, role) }];
}

/** A message, or its content alone. */
function messageOf(value: Json, otherwise: string): SpanMessage {
  const fields = isJsonObject(value) && "type" in value && !("role" in value) ? [value] : value;
  if (!isJsonObject(fields))
    return { ...readContent(fields), role: otherwise, finishReason: undefined };
  const { role, finish_reason: reason, tool_calls: calls, parts, content, text } = fields;
  const said = readContent(parts ?? content ?? text ?? null);
  const hasCalls = listIn(calls).length > 0;
  return {
    ...said,
    hasTools: said.hasTools || hasCalls || role === "tool",
    role: typeof role === "string" ? role : otherwise,
    finishReason: typeof reason === "string" ? reason : undefined,
  };
}

type Content = Pick<SpanMessage, "text" | "hasTools" | "hasOther">;

/** A text, or a list of parts. */
function readContent(said: Json): Content {
  if (typeof said === "string") return { text: said, hasTools: false, hasOther: false };
  let text = "";
  let hasTools = false;
  let hasOther = false;
  for (const part of Array.isArray(said) ? said : [said]) {
    if (part === null) continue;
    const type = isJsonObject(part) ? part["type"] : "text";
    const words = typeof part === "string" ? part : isJsonObject(part) ? partText(part) : undefined;
    if (type === "text" || type === "input_text" || type === "output_text") text += words ?? "";
    else if (/^(?:tool|function)/.test(String(type))) hasTools = true;
    else if (type !== "reasoning" && type !== "thinking") hasOther = true;
  }
  return { text, hasTools, hasOther };
}

function partText({ content, text }: JsonObject): string | undefined {
  const words = content ?? text;
  return typeof words === "string" ? words : undefined;
}
