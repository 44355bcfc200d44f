import { isJsonObject, type Json } from "../model/json.ts";
import { counted } from "../words/counted.ts";
import { markedText } from "../words/marked-text.ts";
import { type Room, rowsOf } from "./shown-lines.ts";

/** Steps of nesting that are shown as such; what is deeper is JSON on one line. */
const DEEPEST = 4;

/**
 * An input in lines for a person, one field a line: nothing of it is hidden, and no two inputs look
 * alike.
 *
 * @param elsewhere texts that are shown in full beside the input, and the words that say where
 */
export function shownInput(
  input: Json,
  room: Room,
  elsewhere: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const shown: Shown = { room, elsewhere };
  const hasFields = isJsonObject(input) && Object.keys(input).length > 0;
  return hasFields
    ? fieldLines(shown, input, 1)
    : valueLines(shown, "", { value: input, depth: 1 });
}

interface Shown {
  readonly room: Room;
  readonly elsewhere: ReadonlyMap<string, string>;
}

interface Value {
  readonly value: Json;
  readonly depth: number;
}

function fieldLines(shown: Shown, fields: Readonly<Record<string, Json>>, depth: number) {
  return Object.entries(fields).flatMap(([name, value]) =>
    valueLines(shown, `${fieldName(name)}: `, { value, depth }),
  );
}

function fieldName(name: string): string {
  if (/^[A-Za-z_][\w-]*$/.test(name)) return name;
  return `"${markedText(name).replaceAll('"', "\\u{22}")}"`;
}

function valueLines(shown: Shown, label: string, { value, depth }: Value): readonly string[] {
  const { room, elsewhere } = shown;
  const margin = "  ".repeat(depth);
  const own = (words: string) => rowsOf(room, { margin, lines: [""], before: `${label}${words}` });
  if (typeof value === "string") {
    const where = elsewhere.get(value);
    if (where !== undefined) return own(where);
    if (!value.includes("\n")) {
      return rowsOf(room, { margin, lines: [value], before: `${label}"`, after: '"' });
    }
    const { lines, said } = textLines(value);
    return [...own(said), ...rowsOf(room, { margin: `${margin}  │ `, lines })];
  }
  const count = typeof value === "object" && value !== null ? Object.keys(value).length : 0;
  if (count === 0) return own(JSON.stringify(value));
  if (depth >= DEEPEST)
    return rowsOf(room, { margin, lines: [JSON.stringify(value)], before: label });
  const below = Array.isArray(value)
    ? value.flatMap((item: Json) => valueLines(shown, "- ", { value: item, depth: depth + 1 }))
    : fieldLines(shown, value as Readonly<Record<string, Json>>, depth + 1); // it has fields
  return [...own(counted(count, Array.isArray(value) ? "item" : "field")), ...below];
}

/** The lines of a text, and what is said of them. */
export function textLines(text: string): {
  readonly lines: readonly string[];
  readonly said: string;
} {
  const isEnded = text.endsWith("\n");
  const lines = (isEnded ? text.slice(0, -1) : text).split("\n");
  const end = isEnded ? "" : ", without a line break at the end";
  return { lines, said: `${counted(lines.length, "line")}${end}` };
}
