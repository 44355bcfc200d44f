import { isJsonObject, type Json, type JsonObject } from "../../src/model/json.ts";

/** A way in which what is sent differs from a recording on purpose. */
export interface Difference {
  readonly name: string;
  readonly reason: string;
  /** The recorded value as this project would send it. */
  adapt(recorded: JsonObject, sent: JsonObject): JsonObject;
}

/** Between recorded request bodies and those of the transport. */
export const BODY_DIFFERENCES: readonly Difference[] = [
  {
    name: "stream",
    reason: "every request asks for a stream",
    adapt: (body) => ({ ...body, stream: true }),
  },
  {
    name: "store",
    reason: "nothing is stored with the provider",
    adapt: (body) => ({ ...body, store: false }),
  },
  {
    name: "include",
    reason: "asked for by the model's name; the test checks it apart",
    adapt: (body, sent) => withField(body, "include", sent.include),
  },
  {
    name: "fields that say the default",
    reason: "null, `tool_choice: auto`, `service_tier: auto`, no tools, empty instructions",
    adapt: (body) =>
      Object.fromEntries(Object.entries(body).filter(([key, value]) => !isDefault(key, value))),
  },
  {
    name: "a prompt as a text",
    reason: "the input is always a list of items",
    adapt: (body) =>
      typeof body.input === "string"
        ? { ...body, input: [{ role: "user", content: body.input }] }
        : body,
  },
  {
    name: "a user's message as a text",
    reason: "a user's content is always a list",
    adapt: (body) => eachIn(body, "input", listedContent),
  },
  {
    name: "detail of an image",
    reason: "the types demand it; `auto` is the default",
    adapt: (body) =>
      eachIn(body, "input", (item) =>
        eachIn(item, "content", (piece) =>
          piece.type === "input_image" ? { detail: "auto", ...piece } : piece,
        ),
      ),
  },
  {
    name: "strict tools",
    reason: "a tool's schema may be any; strict mode takes few",
    adapt: (body) =>
      eachIn(body, "tools", (tool) =>
        tool.type === "function" ? { ...tool, strict: false } : tool,
      ),
  },
  {
    name: "an empty description",
    reason: "it says nothing",
    adapt: (body) =>
      eachIn(body, "tools", (tool) =>
        tool.description === "" ? withField(tool, "description", undefined) : tool,
      ),
  },
  {
    name: "tools that are not offered",
    reason: "file_search and the preview of web_search have no name in a worker",
    adapt: (body) => {
      const offered = items(body.tools).filter(
        (tool) => tool.type !== "file_search" && tool.type !== "web_search_preview",
      );
      return withField(body, "tools", offered.length > 0 ? offered : undefined);
    },
  },
  {
    name: "summary of the reasoning",
    reason: "organizations that are not verified are refused it",
    adapt: (body) =>
      isJsonObject(body.reasoning)
        ? { ...body, reasoning: withField(body.reasoning, "summary", undefined) }
        : body,
  },
  {
    name: "name of the output schema",
    reason: "a request does not name its schema; the title stands in",
    adapt: (body) =>
      isJsonObject(body.text) && isJsonObject(body.text.format)
        ? { ...body, text: { format: { ...body.text.format, name: titleOf(body.text.format) } } }
        : body,
  },
];

/** Between what a recorded next request sends back of an answer and what the transport does. */
export const ECHO_DIFFERENCES: readonly Difference[] = [
  {
    name: "ids, status and phase",
    reason: "sent back as they came, where recorders left them out",
    adapt: (item, { id, status, phase }) => ({
      ...(id === undefined ? {} : { id }),
      ...(status === undefined ? {} : { status }),
      ...(phase === undefined ? {} : { phase }),
      ...item,
    }),
  },
  {
    name: "arguments written anew",
    reason: "the model's own text goes back; the recorder parsed and printed it",
    adapt: (item, sent) =>
      typeof item.arguments === "string" &&
      typeof sent.arguments === "string" &&
      canonical(item.arguments) === canonical(sent.arguments)
        ? { ...item, arguments: sent.arguments }
        : item,
  },
  {
    name: "empty log probabilities",
    reason: "an empty list says nothing, so it is not kept",
    adapt: (item) =>
      eachIn(item, "content", (piece) =>
        Array.isArray(piece.logprobs) && piece.logprobs.length === 0
          ? withField(piece, "logprobs", undefined)
          : piece,
      ),
  },
  {
    name: "results of server tools",
    reason: "sent back as they came, where the recorder put null",
    adapt: (item, sent) =>
      item.outputs === null ? withField(item, "outputs", sent.outputs) : item,
  },
  {
    name: "fields that the recorder's types added",
    reason: "the answer did not hold them",
    adapt: (item, sent) =>
      isJsonObject(item.action) && item.action.sources === null && isJsonObject(sent.action)
        ? { ...item, action: withField(item.action, "sources", sent.action.sources) }
        : item,
  },
];

/** Applies differences in order and notes in `used` those that changed something. */
export function adaptAll(
  differences: readonly Difference[],
  { recorded, sent, used }: { recorded: JsonObject; sent: JsonObject; used: Set<string> },
): JsonObject {
  return differences.reduce((before, { name, adapt }) => {
    const after = adapt(before, sent);
    if (canonical(JSON.stringify(before)) !== canonical(JSON.stringify(after))) used.add(name);
    return after;
  }, recorded);
}

function isDefault(key: string, value: Json): boolean {
  if (value === null) return true;
  if (key === "tool_choice" || key === "service_tier") return value === "auto";
  if (key === "tools") return Array.isArray(value) && value.length === 0;
  return key === "instructions" && value === "";
}

function listedContent(item: JsonObject): JsonObject {
  if (item.role !== "user" || typeof item.content !== "string") return item;
  return { ...item, content: [{ type: "input_text", text: item.content }] };
}

function titleOf(format: JsonObject): Json {
  const title = isJsonObject(format.schema) ? format.schema.title : undefined;
  return title ?? "answer";
}

function eachIn(
  holder: JsonObject,
  key: string,
  change: (item: JsonObject) => JsonObject,
): JsonObject {
  const list = holder[key];
  if (!Array.isArray(list)) return holder;
  return { ...holder, [key]: list.map((item: Json) => (isJsonObject(item) ? change(item) : item)) };
}

function items(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The object with a field set, or without it where the value is undefined. */
function withField(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  const { [key]: _, ...rest } = object;
  return value === undefined ? rest : { ...rest, [key]: value };
}

function canonical(json: string): string {
  return JSON.stringify(sorted(JSON.parse(json) as Json)); // what JSON.parse returns is JSON
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => sorted(entry));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, field]): [string, Json] => [key, sorted(field)]);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
