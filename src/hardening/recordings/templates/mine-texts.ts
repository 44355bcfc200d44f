import { chunked, structureOf } from "../../../functions/templates/chunks.ts";
import type { TextPattern } from "../../../functions/templates/text-pattern.ts";
import { columnOf, isOpenWord, partFor } from "./column.ts";
import { separated } from "./separate.ts";

/** Texts with more varying words than this are prose, and each is a pattern of its own. */
const MOST_OPEN_WORDS = 4;

/** A text with its chunks. */
interface Row {
  readonly text: string;
  readonly chunks: readonly string[];
}

/** What was mined from texts. */
interface MinedTexts {
  readonly patterns: readonly TextPattern[];
  /** Texts that would match no pattern, had they not been among the texts themselves. */
  readonly alone: ReadonlySet<string>;
}

/**
 * Mines the patterns of texts: those with the same punctuation are put side by side, those that go with
 * different words are separated, and chunks that vary become holes. The order of the texts does not matter.
 *
 * @param texts as often as they stand in distinct inputs
 */
export function mineTexts(texts: Iterable<string>): MinedTexts {
  const groups = new Map<string, { between: readonly string[]; rows: Row[] }>();
  for (const text of texts) {
    const cut = chunked(text);
    const structure = structureOf(cut);
    const group = groups.get(structure);
    const row = { text, chunks: cut.chunks };
    if (group) group.rows.push(row);
    else groups.set(structure, { between: cut.between, rows: [row] });
  }
  const patterns: TextPattern[] = [];
  const alone = new Set<string>();
  for (const { between, rows } of groups.values()) {
    for (const alike of separated(rows)) {
      patterns.push(...patternsOf(alike, alone).map((parts) => ({ between, parts })));
    }
  }
  return { patterns, alone };
}

/** One list of parts where the rows share a pattern, else each row by itself. */
function patternsOf(rows: readonly Row[], alone: Set<string>): readonly TextPattern["parts"][] {
  const columns = (rows[0]?.chunks ?? []).map((_, position) => columnOf(rows, position));
  if (columns.filter(isOpenWord).length > MOST_OPEN_WORDS || rows.length === 1) {
    const byText = new Map<string, Row[]>();
    for (const row of rows) {
      const same = byText.get(row.text);
      if (same) same.push(row);
      else byText.set(row.text, [row]);
    }
    for (const [text, same] of byText) if (same.length === 1) alone.add(text);
    return [...byText.values()].map(([row]) => row?.chunks ?? []);
  }
  const mined = columns.map(partFor);
  for (const { text, chunks } of rows) {
    if (mined.some(({ isAlone }, position) => isAlone(chunks[position] ?? ""))) alone.add(text);
  }
  return [mined.map(({ part }) => part)];
}
