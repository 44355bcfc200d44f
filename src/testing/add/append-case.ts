import { isMap, isSeq, parse, parseDocument } from "yaml";
import { writeYaml } from "../../cassette/file/yaml/write-yaml.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** Thrown where nothing can be added without changing what is there; `message` says why. */
export class CannotAppend extends Error {}

/**
 * The text of a file of cases with one more case at the end of its list. All that stood there stays
 * as it is, to the letter.
 *
 * @param text what `parseCases` takes
 * @throws CannotAppend where the list's form does not allow it
 *
 * @example
 * appendCase("cases:\n  - name: a # first\n", { name: "b" });
 * // "cases:\n  - name: a # first\n\n  - name: b\n"
 */
export function appendCase(text: string, fields: JsonObject): string {
  const list = findList(text);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text.slice(0, list.end);
  const ended = before.endsWith("\n") ? before : before + lineEnd;
  const added = indented(itemText(fields), list.indent).replaceAll("\n", lineEnd);
  const gap = /\n\r?\n$/.test(ended) ? "" : lineEnd;
  // A text that keeps all its line breaks would take the empty line for its own.
  for (const between of [gap, ""]) {
    const whole = ended + between + added + text.slice(list.end);
    if (isOneMore(text, whole)) return whole;
  }
  throw new CannotAppend("its last case ends in a text that would change with a line below it");
}

/** The text of a new file of cases with this one in it, below the comment line for editors. */
export function firstCase(fields: JsonObject, comment: string): string {
  return `${comment}\ncases:\n${indented(itemText(fields), "  ")}`;
}

interface CaseList {
  /** What stands before the dashes of its items. */
  readonly indent: string;
  /** Offset of the line behind its last item. */
  readonly end: number;
}

function findList(text: string): CaseList {
  const { contents } = parseDocument(text, { schema: "core" });
  const list = isMap(contents) ? contents.get("cases", true) : undefined;
  if (!isSeq(list) || !list.range) throw new CannotAppend("its cases are no list");
  if (list.flow) throw new CannotAppend("its cases stand in brackets, not behind dashes");
  const [start, end] = list.range;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  // Only blanks can stand before the first dash of a list.
  const indent = text.slice(lineStart, start);
  if (end > 0 && text[end - 1] === "\n") return { indent, end };
  const lineEnd = text.indexOf("\n", end);
  return { indent, end: lineEnd < 0 ? text.length : lineEnd + 1 };
}

/** A case as an item of a list, what it expects spread over lines, so that it is easy to edit. */
function itemText({ expect, ...fields }: JsonObject): string {
  const expected = isJsonObject(expect) ? `expect:\n${indented(writeYaml(expect), "  ")}` : "";
  const lines = writeYaml(fields) + expected;
  return `- ${indented(lines, "  ").trimStart()}`;
}

/** Moves all lines to the right; empty ones stay empty. */
function indented(lines: string, indent: string): string {
  return lines.replaceAll(/^(?=[^\n])/gm, indent);
}

function isOneMore(before: string, after: string): boolean {
  const { cases: old, ...others } = parse(before, { schema: "core" }) as CasesJson;
  const { cases: grown, ...same } = parse(after, { schema: "core" }) as CasesJson;
  return (
    grown.length === old.length + 1 &&
    JSON.stringify(grown.slice(0, -1)) === JSON.stringify(old) &&
    JSON.stringify(same) === JSON.stringify(others)
  );
}

/** What a file of cases is to any reader of YAML. */
interface CasesJson {
  readonly cases: readonly Json[];
}
