import {
  type ApprovalRequest,
  PREVIEW_CHANGED,
  type Preview,
  TOOL_CHANGED,
} from "../approval/approval-request.ts";
import { isJsonObject, type Json } from "../model/json.ts";
import { counted } from "../words/counted.ts";
import { markedText } from "../words/marked-text.ts";
import { type Room, rowsOf } from "./shown-lines.ts";

type FileChange = Extract<Preview, { kind: "file-change" }>;

/** Two texts that differ in more places than that are not compared: it would take too long. */
const MOST_EDITS = 2000;

/** How many rows of a change are shown for each row of another text. */
const CHANGE_ROWS = 3;

/** Who wants what, in lines for a person: what would happen, and every field of the input. */
export async function requestLines(
  request: ApprovalRequest,
  room: Room,
): Promise<readonly string[]> {
  const { preview, input, change, again = false } = request;
  const changed = change ? [`  ${TOOL_CHANGED}:`, ...toolChangeLines(change.lines, room)] : [];
  const { lines, elsewhere } = await previewLines(preview, room);
  return [
    headOf(request),
    ...(again ? [`  ${PREVIEW_CHANGED}`] : []),
    ...changed,
    ...lines,
    ...shownInput(input, room, elsewhere),
  ];
}

/** Says who wants to call what. */
export function headOf({ chain, tool }: ApprovalRequest): string {
  return `${[...chain, tool].map(shownName).join(" > ")} needs approval:`;
}

/** A server may give its tool a name that looks like another one's, or like several. */
function shownName(name: string): string {
  if (/^[\w.:/-]+$/.test(name)) return name;
  return `"${markedText(name).replaceAll('"', "\\u{22}")}"`;
}

function toolChangeLines(lines: readonly string[], room: Room): readonly string[] {
  return lines.flatMap((line) => rowsOf(room, { margin: "    ", lines: [line] }));
}

interface ShownPreview {
  readonly lines: readonly string[];
  /** Texts of the input that these lines show in full. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

async function previewLines(preview: Preview | undefined, room: Room): Promise<ShownPreview> {
  switch (preview?.kind) {
    case "command": {
      const lines = preview.text.split("\n");
      return {
        lines: rowsOf(room, { margin: "  $ ", lines }),
        elsewhere: new Map([[preview.text, "the command above"]]),
      };
    }
    case "file-change":
      return await fileLines(preview, room);
    case "files":
      return { lines: preview.files.flatMap((file) => attachedLines(file, room)), elsewhere: NONE };
    case undefined:
      return { lines: [], elsewhere: NONE };
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

function attachedLines(
  { path, content }: Extract<Preview, { kind: "files" }>["files"][number],
  room: Room,
): readonly string[] {
  const what = content
    ? `${counted(content.bytes, "byte")}, SHA-256 ${content.sha256}`
    : "cannot be read";
  return rowsOf(room, { margin: "  ", lines: [path], before: "attaches ", after: ` (${what})` });
}

async function fileLines(change: FileChange, room: Room): Promise<ShownPreview> {
  const { before, after, path } = change;
  const isNew = before === undefined;
  const head = rowsOf(room, {
    margin: "  ",
    lines: [path],
    before: isNew ? "new file " : "change of ",
  });
  if (isNew) {
    const { lines, said } = textLines(after);
    const added = after === "" ? [] : rowsOf(wider(room), { margin: "  +", lines });
    // One line without its end is what a field in quotes shows as well.
    const elsewhere = after.includes("\n") ? new Map([[after, `${said}, as above`]]) : NONE;
    return { lines: [...head, ...added], elsewhere };
  }
  if (before === after) return { lines: [...head, "  (no change)"], elsewhere: NONE };
  return { lines: [...head, ...(await hunkLines(change, room))], elsewhere: NONE };
}

/** The lines that a change takes away and adds, with two that stay around them. */
async function hunkLines({ before = "", after }: FileChange, room: Room) {
  const { structuredPatch } = await import("diff");
  const options = { context: 2, maxEditLength: MOST_EDITS };
  const patch = structuredPatch("", "", before, after, "", "", options);
  if (!patch) return ["  (too much of it changes to compare the two)"];
  const lines = patch.hunks.flatMap(({ newStart, lines: changed }) => [
    { margin: "  ", text: `@@ line ${newStart}` },
    ...changed.map(diffLine),
  ]);
  return rowsOf(wider(room), {
    margin: (index) => lines[index]?.margin ?? "",
    lines: lines.map(({ text }) => text),
  });
}

/** A line of a patch, with its sign in the margin; one that begins with `\\` is a remark. */
function diffLine(line: string): { readonly margin: string; readonly text: string } {
  if (line.startsWith("\\")) return { margin: "  ", text: line };
  return { margin: `  ${line.slice(0, 1)}`, text: line.slice(1) };
}

/** What is written is worth more room than what is only named. */
function wider({ columns, mostRows }: Room): Room {
  return { columns, mostRows: mostRows === undefined ? undefined : mostRows * CHANGE_ROWS };
}

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
function textLines(text: string): {
  readonly lines: readonly string[];
  readonly said: string;
} {
  const isEnded = text.endsWith("\n");
  const lines = (isEnded ? text.slice(0, -1) : text).split("\n");
  const end = isEnded ? "" : ", without a line break at the end";
  return { lines, said: `${counted(lines.length, "line")}${end}` };
}
