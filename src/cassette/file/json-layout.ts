import { isJsonObject, type Json, type JsonObject, tryParseJson } from "../../model/json.ts";
import type { EntryFields } from "./format.ts";

/**
 * Texts that are JSON are laid out in the file: `output: '[{"id":1},{"id":2}]'` is one line, however
 * long, and stands there as `output_json` with one item on a line. Reading gives the same text back.
 */

/** Fields that hold a text which a program may have written. */
const TEXT_FIELDS = ["user", "output", "error", "text"] as const;

/** How a JSON text is written, by what follows the name of its field. */
const FORMS = {
  /** Without white space, as `JSON.stringify` does. */
  _json: (value: Json) => JSON.stringify(value),
  /** With one space behind each comma and colon, as Python does. */
  _json_spaced: (value: Json) =>
    JSON.stringify(value, undefined, 1).replace(/,\n */g, ", ").replace(/\n */g, ""),
} as const;

/** Shorter texts are readable as they are. */
const SHORTEST_TEXT = 100;

/** Levels of lists and maps, each of which is indented. */
const MOST_LEVELS = 16;

/** Characters of a key that any reader of YAML takes for one. */
const LONGEST_KEY = 200;

/** The fields of an entry as they are written: long JSON texts in their layout. */
export function layOut(fields: EntryFields): EntryFields {
  return atTexts(fields, laidOutTexts);
}

/** The fields of an entry as they are meant: the opposite of {@link layOut}. */
export function readLayout(fields: JsonObject): JsonObject {
  return atTexts(fields, writtenTexts) as JsonObject; // a field is renamed, none is taken away
}

/** Returns true if the text of an entry may hold something that {@link layOut} laid out. */
export function mayHaveLayout(text: string): boolean {
  return text.includes("_json");
}

type Change = (fields: EntryFields) => EntryFields;

/** Changes the maps of an entry in which the format, and nobody else, names the fields. */
function atTexts(entry: EntryFields, change: Change): EntryFields {
  const { messages, response } = entry;
  return {
    ...change(entry),
    ...(messages === undefined
      ? {}
      : { messages: inItems(messages, (item) => inMessage(item, change)) }),
    ...(response === undefined ? {} : { response: inItems(response, change) }),
  };
}

function inMessage(message: EntryFields, change: Change): EntryFields {
  const { user, assistant, tool } = message;
  if (assistant !== undefined) return { ...message, assistant: inItems(assistant, change) };
  if (isJsonObject(tool)) {
    return { ...message, tool: inContent(change(tool), change) as JsonObject };
  }
  return inContent(
    user === undefined || typeof user === "string" ? change(message) : message,
    change,
  );
}

/** A list of parts, where there is more to say than one text. */
function inContent(
  fields: EntryFields,
  change: Change,
): Readonly<Record<string, Json | undefined>> {
  if (!Object.values(fields).some(Array.isArray)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      Array.isArray(value) && !isForm(name) ? inItems(value, change) : value,
    ]),
  );
}

function inItems(items: Json, change: Change): Json {
  if (!Array.isArray(items)) return items;
  // What is undefined in a map is not written, and never was in what was read.
  return items.map((item: Json) => (isJsonObject(item) ? (change(item) as JsonObject) : item));
}

function isForm(name: string): boolean {
  return Object.keys(FORMS).some((suffix) => name.endsWith(suffix));
}

function laidOutTexts(fields: EntryFields): EntryFields {
  return renamed(fields, (name, value) => {
    if (typeof value !== "string" || !isTextField(name)) return undefined;
    const form = formOf(value);
    return form && [`${name}${form.suffix}`, form.value];
  });
}

function writtenTexts(fields: EntryFields): EntryFields {
  return renamed(fields, (name, value) => {
    for (const [suffix, write] of Object.entries(FORMS)) {
      const plain = name.slice(0, -suffix.length);
      if (name.endsWith(suffix) && isTextField(plain)) return [plain, write(value)];
    }
    return undefined;
  });
}

/** The fields with some of them under another name, in the same order. */
function renamed(
  fields: EntryFields,
  rename: (name: string, value: Json) => readonly [string, Json] | undefined,
): EntryFields {
  let changes: Map<string, readonly [string, Json]> | undefined;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const change = value === undefined ? undefined : rename(name, value);
    if (!change) continue;
    changes ??= new Map();
    changes.set(name, change);
  }
  if (!changes) return fields;
  const changed = changes;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => changed.get(name) ?? [name, value]),
  );
}

function isTextField(name: string): boolean {
  return TEXT_FIELDS.some((field) => field === name);
}

/** The value of a long JSON text and how it is written; undefined for any other text. */
function formOf(text: string): { readonly suffix: string; readonly value: Json } | undefined {
  if (text.length <= SHORTEST_TEXT || !/^[{[]/.test(text) || !/[}\]]$/.test(text)) return undefined;
  if (text.includes("\n") || text.includes('"__proto__"')) return undefined;
  const value = tryParseJson(text);
  if (value === undefined || !isLayable(value, MOST_LEVELS)) return undefined;
  const form = Object.entries(FORMS).find(([, write]) => write(value) === text);
  return form && { suffix: form[0], value };
}

function isLayable(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(
    ([key, item]) => key.length <= LONGEST_KEY && isLayable(item, levels - 1),
  );
}
