import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { AnswerPart, ContentPart, Message, ProviderExtra } from "../../model/message.ts";
import type {
  ModelRequest,
  ModelSettings,
  ServerTool,
  ToolDefinition,
} from "../../model/request.ts";
import type { Rewrite, Rewrites } from "./rules.ts";

/**
 * Rewrites requests by a project's rules. Everything that somebody wrote is rewritten, keys of JSON
 * data included; what the format itself defines is not: kinds, media types, hashes.
 *
 * The same message gives the same rewritten object each time, so that a growing conversation costs
 * what is new in it.
 */
export class RequestRewriter {
  readonly #rewrites: Rewrites;
  readonly #messages = new WeakMap<Message, Message>();
  readonly #heads = new WeakMap<object, object>();

  constructor(rewrites: Rewrites) {
    this.#rewrites = rewrites;
  }

  request(request: ModelRequest): ModelRequest {
    const { request: rewrite, redact } = this.#rewrites;
    if (!rewrite) return request;
    const { system, messages, tools, serverTools, settings, outputSchema } = request;
    return {
      // A date in a model's name is part of the name.
      model: redact ? redact(request.model) : request.model,
      system: rewrite(system),
      messages: messages.map((message) => this.message(message)),
      tools: this.#once(tools, () => tools.map((tool) => rewriteTool(tool, rewrite))),
      serverTools: this.#once(serverTools, () =>
        serverTools.map((tool) => rewriteServerTool(tool, rewrite)),
      ),
      settings: this.#once(settings, () => rewriteSettings(settings, rewrite)),
      ...(outputSchema === undefined
        ? {}
        : { outputSchema: this.#once(outputSchema, () => rewriteSchema(outputSchema, rewrite)) }),
    };
  }

  message(message: Message): Message {
    const { request: rewrite } = this.#rewrites;
    if (!rewrite) return message;
    const known = this.#messages.get(message);
    if (known) return known;
    const rewritten = rewriteMessage(message, rewrite);
    this.#messages.set(message, rewritten);
    return rewritten;
  }

  #once<Value extends object>(value: Value, rewritten: () => Value): Value {
    const known = this.#heads.get(value);
    if (known) return known as Value; // stored below for this very value
    const made = rewritten();
    this.#heads.set(value, made);
    return made;
  }
}

function rewriteTool(tool: ToolDefinition, rewrite: Rewrite): ToolDefinition {
  const { name, description, inputSchema } = tool;
  return {
    name: rewrite(name),
    description: rewrite(description),
    inputSchema: rewriteSchema(inputSchema, rewrite),
  };
}

function rewriteServerTool(tool: ServerTool, rewrite: Rewrite): ServerTool {
  const { allowedDomains, blockedDomains } = tool;
  return {
    ...tool,
    ...(allowedDomains ? { allowedDomains: allowedDomains.map(rewrite) } : {}),
    ...(blockedDomains ? { blockedDomains: blockedDomains.map(rewrite) } : {}),
  };
}

function rewriteSettings(settings: ModelSettings, rewrite: Rewrite): ModelSettings {
  const { stopSequences } = settings;
  return stopSequences ? { ...settings, stopSequences: stopSequences.map(rewrite) } : settings;
}

function rewriteMessage(message: Message, rewrite: Rewrite): Message {
  switch (message.kind) {
    case "assistant":
      return { ...message, parts: rewriteParts(message.parts, rewrite) };
    case "user":
      return { ...message, content: rewriteContent(message.content, rewrite) };
    case "tool": {
      const content = rewriteContent(message.content, rewrite);
      return { ...message, id: rewrite(message.id), name: rewrite(message.name), content };
    }
  }
}

function rewriteContent(content: readonly ContentPart[], rewrite: Rewrite): readonly ContentPart[] {
  return content.map((part) => rewriteContentPart(part, rewrite));
}

function rewriteContentPart(part: ContentPart, rewrite: Rewrite): ContentPart {
  switch (part.kind) {
    case "text":
      return { ...part, text: rewrite(part.text) };
    case "attachment":
      return { ...part, name: rewrite(part.name) };
    case "attachment-url":
      return { ...part, url: rewrite(part.url) };
  }
}

/** The parts of an answer, rewritten. */
export function rewriteParts(
  parts: readonly AnswerPart[],
  rewrite: Rewrite | undefined,
): readonly AnswerPart[] {
  return rewrite ? parts.map((part) => rewritePart(part, rewrite)) : parts;
}

function rewritePart(part: AnswerPart, rewrite: Rewrite): AnswerPart {
  if (part.kind === "opaque") return { ...part, extra: rewriteExtra(part.extra, rewrite) };
  const extra = part.extra ? { extra: rewriteExtra(part.extra, rewrite) } : {};
  if (part.kind !== "tool-call") return { ...part, text: rewrite(part.text), ...extra };
  const { id, name, input, invalidInput, refusal } = part;
  return {
    kind: "tool-call",
    id: rewrite(id),
    name: rewrite(name),
    input: rewriteJson(input, rewrite),
    ...(invalidInput === undefined ? {} : { invalidInput: rewrite(invalidInput) }),
    ...(refusal === undefined ? {} : { refusal: rewrite(refusal) }),
    ...extra,
  };
}

function rewriteExtra(extra: ProviderExtra, rewrite: Rewrite): ProviderExtra {
  return { wire: extra.wire, data: rewriteJson(extra.data, rewrite) };
}

/** The same value with every string and number in it rewritten, keys included. */
export function rewriteJson<Value extends Json>(value: Value, rewrite: Rewrite): Value;
export function rewriteJson(value: Json, rewrite: Rewrite): Json {
  if (typeof value === "string") return rewrite(value);
  if (typeof value === "number") return rewrite.number ? rewrite.number(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => rewriteJson(item, rewrite));
  // Object.fromEntries also takes a key such as "__proto__".
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      rewriteKey(key, rewrite),
      rewriteJson(field, rewrite),
    ]),
  );
}

function rewriteKey(key: string, rewrite: Rewrite): string {
  return rewrite.key ? rewrite.key(key) : rewrite(key);
}

/** Keywords of JSON Schema that hold values such as a model may write. */
const VALUE_KEYWORDS: ReadonlySet<string> = new Set([
  "const",
  "default",
  "enum",
  "example",
  "examples",
]);

/** Keywords that hold a map from names to schemas: a name in it is no keyword. */
const MAP_KEYWORDS: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

/** A schema whose texts and values are rewritten; bounds and lengths are those of the format. */
export function rewriteSchema<Schema extends Json>(schema: Schema, rewrite: Rewrite): Schema;
export function rewriteSchema(schema: Json, rewrite: Rewrite): Json {
  if (typeof schema === "number") return schema;
  if (typeof schema !== "object" || schema === null) return rewriteJson(schema, rewrite);
  if (Array.isArray(schema)) return schema.map((item: Json) => rewriteSchema(item, rewrite));
  return mapFields(schema as JsonObject, rewrite, (key, field) => {
    if (VALUE_KEYWORDS.has(key)) return rewriteJson(field, rewrite);
    if (!MAP_KEYWORDS.has(key) || !isJsonObject(field)) return rewriteSchema(field, rewrite);
    return mapFields(field, rewrite, (_name, one) => rewriteSchema(one, rewrite));
  });
}

function mapFields(
  fields: JsonObject,
  rewrite: Rewrite,
  made: (key: string, field: Json) => Json,
): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [rewriteKey(key, rewrite), made(key, field)]),
  );
}
