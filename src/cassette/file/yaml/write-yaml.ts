import { isJsonObject, type Json } from "../../../model/json.ts";
import { jsonLine, jsonText } from "./json-line.ts";
import { withoutBreaksAtEnd } from "./scan-scalar.ts";

/** Longest line that a list or map is written on; longer ones are spread over lines. */
const FLOW_WIDTH = 120;

/** Longest line that a text is written on; longer ones are blocks. */
const TEXT_WIDTH = 100;

/** Spaces before a line behind which lists and maps are JSON on one line: nothing else fits there. */
const DEEPEST_INDENT = FLOW_WIDTH;

/** Fields that hold what somebody's code or a model made: lists in it have one item on a line. */
const DATA_FIELD = /^output$|_json(?:_spaced)?$/;

/**
 * Writes a JSON object as block YAML, one `key: value` line or block a field, ending in a newline.
 *
 * The output is a small part of YAML that any parser reads: literal blocks for long text, one-line
 * flow collections, plain scalars where no reader could take them for something else, JSON strings
 * otherwise. Nothing but the object's own keys stands in column 0, and no line ends in a blank, so
 * that an editor that trims lines changes nothing.
 *
 * @throws Unwritable for what is nested so deeply that nothing could read it back
 */
export function writeYaml(fields: Readonly<Record<string, Json | undefined>>): string {
  return blockMap(fields, "");
}

function blockMap(fields: Readonly<Record<string, Json | undefined>>, indent: string): string {
  let out = "";
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value === undefined) continue;
    const written = DATA_FIELD.test(key) ? dataValue(value, indent) : fieldValue(value, indent);
    out += `${indent}${scalarText(key)}:${written}`;
  }
  return out;
}

/** What follows `key:`, with its leading space or line break and its final newline. */
function fieldValue(value: Json, indent: string): string {
  if (typeof value === "string") return ` ${text(value, indent)}\n`;
  const flow = isListOfMaps(value) ? undefined : flowText(value, FLOW_WIDTH - indent.length);
  if (flow !== undefined) return ` ${flow}\n`;
  if (isDeep(indent)) return ` ${jsonLine(value)}\n`;
  if (Array.isArray(value)) return `\n${blockList(value, `${indent}  `)}`;
  return `\n${blockMap(value as Record<string, Json>, `${indent}  `)}`;
}

function isDeep(indent: string): boolean {
  return indent.length >= DEEPEST_INDENT;
}

/** Messages, parts and tools read best with one on a line, however short they are. */
function isListOfMaps(value: Json): boolean {
  return Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null);
}

function blockList(items: readonly Json[], indent: string): string {
  let out = "";
  for (const item of items) out += `${indent}-${listItem(item, indent)}`;
  return out;
}

function listItem(item: Json, indent: string): string {
  if (typeof item === "string") return ` ${text(item, indent)}\n`;
  // A list of one-field maps reads best with the field on the dash's line.
  if (isJsonObject(item) && Object.keys(item).length > 0 && !isDeep(indent)) {
    return ` ${blockMap(item, `${indent}  `).slice(indent.length + 2)}`;
  }
  const flow = isListOfMaps(item) ? undefined : flowText(item, FLOW_WIDTH - indent.length);
  if (flow !== undefined) return ` ${flow}\n`;
  if (isDeep(indent)) return ` ${jsonLine(item)}\n`;
  return `\n${blockList(item as readonly Json[], `${indent}  `)}`;
}

/** As {@link fieldValue}, with each item of a list on a line of its own where it fits on one. */
function dataValue(value: Json, indent: string): string {
  if (typeof value === "string") return ` ${text(value, indent)}\n`;
  const flow = isListOfMaps(value) ? undefined : flowText(value, FLOW_WIDTH - indent.length);
  if (flow !== undefined) return ` ${flow}\n`;
  if (isDeep(indent)) return ` ${jsonLine(value)}\n`;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `\n${value.map((item: Json) => `${inner}-${dataItem(item, inner)}`).join("")}`;
  }
  return `\n${dataMap(value as Record<string, Json>, inner)}`;
}

function dataMap(fields: Readonly<Record<string, Json>>, indent: string): string {
  return Object.entries(fields)
    .map(([key, value]) => `${indent}${scalarText(key)}:${dataValue(value, indent)}`)
    .join("");
}

function dataItem(item: Json, indent: string): string {
  const isFilled = isJsonObject(item) && Object.keys(item).length > 0;
  if (!isFilled || isDeep(indent)) return dataValue(item, indent);
  const flow = flowText(item, FLOW_WIDTH - indent.length);
  if (flow !== undefined && Object.keys(item).length > 1) return ` ${flow}\n`;
  return ` ${dataMap(item, `${indent}  `).slice(indent.length + 2)}`;
}

/** A value on one line, or undefined when it needs more than `width` characters or a text block. */
function flowText(value: Json, width: number): string | undefined {
  if (typeof value === "string") {
    if (value.length > Math.min(width, TEXT_WIDTH) || value.includes("\n")) return undefined;
    return scalarText(value);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return flowList(value, width);
  return flowMap(value as Record<string, Json>, width);
}

function flowList(items: readonly Json[], width: number): string | undefined {
  if (items.length === 0) return "[]";
  let out = "[";
  for (const item of items) {
    const part = flowText(item, width - out.length);
    if (part === undefined) return undefined;
    out += out.length > 1 ? `, ${part}` : part;
    if (out.length >= width) return undefined;
  }
  return `${out}]`;
}

function flowMap(fields: Record<string, Json>, width: number): string | undefined {
  let out = "{";
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value === undefined) continue;
    const part = flowText(value, width - out.length - key.length);
    if (part === undefined) return undefined;
    out += `${out.length > 1 ? "," : ""} ${scalarText(key)}: ${part}`;
    if (out.length >= width) return undefined;
  }
  return out.length > 1 ? `${out} }` : "{}";
}

/** Words that need no quotes in any YAML version: they cannot be read as anything but text. */
const PLAIN = /^[A-Za-z](?:[A-Za-z0-9_./@+-]|:(?=[A-Za-z]))*(?: [A-Za-z0-9_./@+-]+)*$/;
/** A key of an entry, or a hash of at most 512 bits. */
const PLAIN_HASH = /^[0-9][0-9a-f]{0,127}$/;
/** Two letters keep it from being a number such as 1e5. */
const TWO_LETTERS = /[a-f][0-9]*[a-f]/;
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

function scalarText(value: string): string {
  if (value.length <= TEXT_WIDTH && PLAIN.test(value) && !RESERVED.test(value)) return value;
  if (PLAIN_HASH.test(value) && TWO_LETTERS.test(value)) return value;
  return jsonText(value);
}

/** What a literal block cannot hold: control characters, line breaks other than \n, lone halves. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const NOT_LITERAL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;

/** A line that ends in a blank or is nothing but blanks: trimming it would change the text. */
const BLANK_AT_LINE_END = /[ \t](?:\n|$)/;

function text(value: string, indent: string): string {
  const isLong = value.length > TEXT_WIDTH - indent.length || value.includes("\n");
  if (!isLong) return scalarText(value);
  if (isLiteral(value)) return literal(value, `${indent}  `);
  return value.includes("\n") ? quotedLines(value, `${indent}  `) : scalarText(value);
}

function isLiteral(value: string): boolean {
  if (NOT_LITERAL.test(value) || BLANK_AT_LINE_END.test(value) || !value.isWellFormed()) {
    return false;
  }
  // Readers take line breaks with nothing before them for an end of the block, not for text.
  return /[^\n]/.test(value);
}

/** A quoted text with each of its lines on a line: `\n\` ends one, and the reader skips the indent. */
function quotedLines(value: string, indent: string): string {
  const lines = value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const written = lines.map((line) => jsonText(line).slice(1, -1).replace(/^ /, "\\u0020"));
  return `"\\\n${indent}${written.join(`\\\n${indent}`)}"`;
}

function literal(value: string, indent: string): string {
  // A first line that is blank or begins with a space would mislead the reader's own guess.
  const explicit = /^[ \n]/.test(value) ? "2" : "";
  const body = withoutBreaksAtEnd(value);
  const breaks = value.length - body.length;
  const chomp = breaks === 0 ? "-" : breaks === 1 ? "" : "+";
  const lines = body.replaceAll(/\n(?!\n)/g, `\n${indent}`);
  const first = body.startsWith("\n") ? "" : indent;
  return `|${explicit}${chomp}\n${first}${lines}${"\n".repeat(Math.max(0, breaks - 1))}`;
}
