import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { EntryKind } from "./entry.ts";
import { rewriteJson, rewriteSchema } from "./rewrite-request.ts";
import type { Rewrite, Rewrites } from "./rules.ts";

/** Gives the fields of recorded entries as they would be written by rules that came later. */
export class TodaysEntries {
  readonly #rewrites: Rewrites;

  constructor(rewrites: Rewrites) {
    this.#rewrites = rewrites;
  }

  /**
   * The fields of an entry, rewritten; keys are left as they are.
   *
   * @param fields as they stand in the file; what is malformed in them is left alone
   */
  fields(kind: EntryKind, fields: JsonObject): JsonObject {
    const { request = same, redact = same } = this.#rewrites;
    if (request === same) return fields;
    const made: Record<string, Json> = { ...fields };
    const put = (name: string, change: (value: Json) => Json) => {
      const value = fields[name];
      if (value !== undefined) made[name] = change(value);
    };
    const asked = (value: Json) => rewriteJson(value, request);
    const answered = (value: Json) => rewriteJson(value, redact);
    if (kind === "exchange") {
      put("model", answered); // a date in a model's name is part of the name
      put("system", asked);
      put("tools", (tools) => mapList(tools, (tool) => rewrittenTool(tool, request)));
      put("serverTools", (tools) => mapList(tools, (tool) => mapFields(tool, domains(asked))));
      put("settings", (settings) => mapFields(settings, { stopSequences: asked }));
      put("outputSchema", (schema) => rewriteSchema(schema, request));
      put("messages", (messages) => mapList(messages, (one) => rewrittenMessage(one, request)));
      put("response", (parts) => rewrittenParts(parts, redact));
      put("stopDetail", answered);
      return made;
    }
    for (const name of ["tool", "worker", "answered", "input"]) put(name, asked);
    put("reason", answered);
    // A reading of the clock or of randomness is not rewritten.
    if (kind === "effect" && fields["sampled"] === undefined) {
      for (const name of ["output", "error"]) put(name, answered);
    }
    return made;
  }
}

const same: Rewrite = (text) => text;

function mapList(value: Json, change: (item: Json) => Json): Json {
  return Array.isArray(value) ? value.map(change) : value;
}

function mapFields(value: Json, changes: Readonly<Record<string, (field: Json) => Json>>): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
      return [name, change ? change(field) : field];
    }),
  );
}

function domains(asked: (value: Json) => Json) {
  return { allowedDomains: asked, blockedDomains: asked };
}

function rewrittenTool(tool: Json, rewrite: Rewrite): Json {
  const text = (value: Json) => rewriteJson(value, rewrite);
  const inputSchema = (schema: Json) => rewriteSchema(schema, rewrite);
  return mapFields(tool, { name: text, description: text, inputSchema });
}

function rewrittenMessage(message: Json, rewrite: Rewrite): Json {
  const content = (value: Json) => rewrittenContent(value, rewrite);
  const text = (value: Json) => rewriteJson(value, rewrite);
  return mapFields(message, {
    user: content,
    assistant: (parts) => rewrittenParts(parts, rewrite),
    tool: (tool) => mapFields(tool, { id: text, output: content, error: content }),
  });
}

function rewrittenContent(content: Json, rewrite: Rewrite): Json {
  const text = (value: Json) => rewriteJson(value, rewrite);
  if (typeof content === "string") return text(content);
  return mapList(content, (part) =>
    mapFields(part, {
      text,
      attachment: (attachment) => mapFields(attachment, { name: text, url: text }),
    }),
  );
}

function rewrittenParts(parts: Json, rewrite: Rewrite): Json {
  const text = (value: Json) => rewriteJson(value, rewrite);
  const extra = (value: Json) => mapFields(value, { data: (data) => rewrittenData(data, rewrite) });
  const call = { id: text, name: text, input: text, invalid_input: text, refusal: text };
  return mapList(parts, (part) =>
    mapFields(part, {
      text,
      thinking: text,
      tool_call: (value) => mapFields(value, call),
      opaque: extra,
      extra,
    }),
  );
}

/** Data of a provider; what stands for binary content in it is the format's own. */
function rewrittenData(data: Json, rewrite: Rewrite): Json {
  if (Array.isArray(data)) return data.map((item: Json) => rewrittenData(item, rewrite));
  if (!isJsonObject(data)) return rewriteJson(data, rewrite);
  if (Object.hasOwn(data, "$blob")) return data;
  const key = rewrite.key ?? rewrite;
  return Object.fromEntries(
    Object.entries(data).map(([name, field]) => [key(name), rewrittenData(field, rewrite)]),
  );
}
