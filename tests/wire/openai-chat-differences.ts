import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";

/** A difference between what other programs sent and what this one sends, and why it is right. */
export interface Difference {
  readonly reason: string;
  /** Makes a body forget the difference; applied to the recorded and the own body alike. */
  readonly forget: (body: JsonObject) => JsonObject;
}

export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  streaming: {
    reason: "always a stream with usage, where some recordings asked for a whole completion",
    forget: ({ stream, stream_options, ...body }) => body,
  },
  "tool choice": {
    reason: '"auto" is what servers do without the field',
    forget: ({ tool_choice, ...body }) =>
      tool_choice === undefined || tool_choice === "auto" ? body : { ...body, tool_choice },
  },
  "one choice": {
    reason: "one choice is what servers give without the field",
    forget: ({ n, ...body }) => (n === undefined || n === 1 ? body : { ...body, n }),
  },
  "lenient tools": {
    reason: "false is what servers take without the field",
    forget: (body) => ({ ...body, ...listOf(body, "tools", forgetLenient) }),
  },
  "no content": {
    reason:
      "an assistant message with tool calls alone has null, where others send nothing or a text",
    forget: (body) => ({ ...body, ...listOf(body, "messages", forgetEmptyContent) }),
  },
  "empty answer": {
    reason: "an answer without content and calls is not sent: Mistral refuses it",
    forget: (body) => ({ ...body, ...withoutEmptyAnswers(body["messages"]) }),
  },
  "spelling of arguments": {
    reason: "arguments are kept as JSON, so their white space is not",
    forget: (body) => ({ ...body, ...listOf(body, "messages", forgetArgumentSpelling) }),
  },
  "name of a schema": {
    reason: "a schema is named by its title, and the recorded one has none",
    forget: (body) => mapObject(body, "response_format", forgetSchemaName),
  },
  "OpenRouter's usage": {
    reason: "stream_options asks for the same counts",
    forget: ({ usage, ...body }) => body,
  },
  "DeepSeek's toggle": {
    reason: "an effort says that the model should think",
    forget: ({ thinking, ...body }) =>
      isJsonObject(thinking) && thinking["type"] === "enabled"
        ? body
        : { ...body, ...(thinking ? { thinking } : {}) },
  },
  "web search": {
    reason: "server-side tools are refused on this wire",
    forget: ({ web_search_options, ...body }) => body,
  },
};

/** A body without the named differences. */
export function forget(body: JsonObject, names: readonly string[]): JsonObject {
  return names.reduce((rest, name) => DIFFERENCES[name]?.forget(rest) ?? rest, body);
}

/** How other programs change an answer that they send back, and why this one does not. */
export interface EchoDifference {
  readonly reason: string;
  /** Makes the recorded and the own message forget the difference. */
  readonly forget: (echo: JsonObject, own: JsonObject) => readonly [JsonObject, JsonObject];
}

export const ECHO_DIFFERENCES: Readonly<Record<string, EchoDifference>> = {
  "reasoning under two names": {
    reason: "reasoning goes back in the field that it came in, and in no other",
    forget: (echo, own) => {
      const { reasoning, reasoning_content, ...rest } = echo;
      if (reasoning === undefined || reasoning !== reasoning_content) return [echo, own];
      const name = "reasoning" in own ? "reasoning" : "reasoning_content";
      return [{ ...rest, [name]: reasoning }, own];
    },
  },
  "reasoning inside the content": {
    reason: "reasoning goes back in the field that it came in, not as a tag in the text",
    forget: (echo, own) => {
      const [, text] = /^<think>\n(.*)\n<\/think>$/s.exec(String(echo["content"])) ?? [];
      const { content, ...rest } = echo;
      return text === undefined ? [echo, own] : [{ ...rest, reasoning: text }, own];
    },
  },
  "made-up ids": {
    reason: "a call without an id gets one from each program's own series",
    forget: (echo, own) =>
      JSON.stringify(own).includes('"id":"call_1"')
        ? [forgetCallIds(echo), forgetCallIds(own)]
        : [echo, own],
  },
  "Google's signature": {
    reason: "a signature beside the message goes back, as Google asks; the recorder dropped it",
    forget: (echo, { extra_content, ...own }) => [echo, own],
  },
};

function forgetCallIds(message: JsonObject): JsonObject {
  return { ...message, ...listOf(message, "tool_calls", ({ id, ...call }) => call) };
}

function forgetLenient(tool: JsonObject): JsonObject {
  return mapObject(tool, "function", ({ strict, ...fields }) =>
    strict === false ? fields : { ...fields, ...(strict === undefined ? {} : { strict }) },
  );
}

function forgetEmptyContent(message: JsonObject): JsonObject {
  const { content, ...rest } = message;
  return message["tool_calls"] && !content ? rest : message;
}

function withoutEmptyAnswers(messages: Json | undefined): JsonObject {
  if (!Array.isArray(messages)) return {};
  return { messages: messages.filter((message: Json) => !isEmptyAnswer(message)) };
}

function isEmptyAnswer(message: Json): boolean {
  return (
    isJsonObject(message) &&
    message["role"] === "assistant" &&
    message["content"] === "" &&
    message["tool_calls"] === undefined
  );
}

function forgetArgumentSpelling(message: JsonObject): JsonObject {
  return {
    ...message,
    ...listOf(message, "tool_calls", (call) => mapObject(call, "function", parseArguments)),
  };
}

function parseArguments(fields: JsonObject): JsonObject {
  const text = fields["arguments"];
  return typeof text === "string" ? { ...fields, arguments: JSON.parse(text) } : fields;
}

function forgetSchemaName(format: JsonObject): JsonObject {
  return mapObject(format, "json_schema", ({ name, ...schema }) => schema);
}

function mapObject(
  object: JsonObject,
  field: string,
  map: (value: JsonObject) => JsonObject,
): JsonObject {
  const value = object[field];
  return isJsonObject(value) ? { ...object, [field]: map(value) } : object;
}

function listOf(
  object: JsonObject,
  field: string,
  map: (value: JsonObject) => JsonObject,
): JsonObject {
  const list = object[field];
  if (!Array.isArray(list)) return {};
  return { [field]: list.map((item: Json) => (isJsonObject(item) ? map(item) : item)) };
}
