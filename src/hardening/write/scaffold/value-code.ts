import { isJsonObject, type Json, type JsonObject } from "../../../model/json.ts";

/** Characters of a line, as the formatters of TypeScript have it. */
export const LINE_CHARS = 100;

/** Where a value stands in a text. */
interface CodePlace {
  /** Spaces before the line that it begins on. */
  readonly indent: number;
  /** Characters of that line that are not the value's, before and behind it, the indent left out. */
  readonly besides: number;
}

/** A JSON value as an expression in TypeScript, broken into lines as formatters do. */
export function valueCode(value: Json, place: CodePlace): string {
  const line = inlineCode(value);
  const isShort = place.indent + place.besides + line.length <= LINE_CHARS;
  if (isShort && !isRows(value)) return line;
  if (typeof value !== "object" || value === null) return line;
  return isJsonObject(value) ? objectLines(value, place) : listLines(value, place);
}

function objectLines(value: JsonObject, { indent }: CodePlace): string {
  const inner = indent + 2;
  const lines = Object.entries(value).map(([key, field]) => {
    const before = `${keyCode(key)}: `;
    const code = valueCode(field, { indent: inner, besides: before.length + 1 });
    return `${" ".repeat(inner)}${before}${code},\n`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${" ".repeat(indent)}}`;
}

function listLines(value: readonly Json[], { indent }: CodePlace): string {
  const inner = indent + 2;
  const lines = value.map(
    (item) => `${" ".repeat(inner)}${valueCode(item, { indent: inner, besides: 1 })},\n`,
  );
  return lines.length === 0 ? "[]" : `[\n${lines.join("")}${" ".repeat(indent)}]`;
}

function inlineCode(value: Json): string {
  if (typeof value === "string") return textCode(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!isJsonObject(value)) return `[${value.map(inlineCode).join(", ")}]`;
  const fields = Object.entries(value).map(
    ([key, field]) => `${keyCode(key)}: ${inlineCode(field)}`,
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/** Formatters put the items of such a list on lines of their own, however short they are. */
function isRows(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (isJsonObject(value)) return Object.values(value).some(isRows);
  const isTable = (test: (item: Json) => boolean) => value.length > 1 && value.every(test);
  return (
    value.some(isRows) ||
    isTable((item) => isJsonObject(item) && Object.keys(item).length > 1) ||
    isTable((item) => Array.isArray(item) && item.length > 1)
  );
}

/** A text between the quotes that need fewer escapes. */
export function textCode(text: string): string {
  const json = JSON.stringify(text);
  const doubles = text.split('"').length;
  const singles = text.split("'").length;
  if (doubles <= singles) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A key of an object, quoted only where it must be. */
function keyCode(key: string): string {
  if (key === "__proto__") return '["__proto__"]'; // anything else would set the prototype
  return isIdentifier(key) ? key : textCode(key);
}

export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
