import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { showDifference } from "./difference-lines.ts";
import { firstDifference } from "./first-difference.ts";
import { KEEP_LINE_ENDINGS, LINE_ENDINGS } from "./line-endings.ts";
import { lineOf } from "./scan.ts";
import type { SessionState } from "./session-state.ts";
import type { TapeEntry } from "./tape.ts";

/** A tool call in replay that no recording answers. */
export interface EffectMiss {
  /** What is asked, as the project's rules leave it: what the key is of. */
  readonly asked: JsonObject;
  /** The tool. */
  readonly what: string;
  readonly call: string;
}

interface RecordedEffect {
  readonly entry: TapeEntry;
  readonly input: Json;
}

/** The error for an effect that no recording answers: what differs, and what to do. */
export function effectMiss(state: SessionState, { asked, what, call }: EffectMiss): LlmDoError {
  const { book, options, file, scanner } = state;
  book.effects.missed++;
  const recorded = file ? recordedEffects(state, file, asked) : [];
  const nearest = recorded.find(({ entry }) => !entry.served) ?? recorded.at(-1);
  const difference =
    nearest && firstDifference({ input: nearest.input }, { input: asked["input"] ?? null });
  const shown = difference && showDifference(difference, scanner);
  return new LlmDoError({
    code: "cassette-miss",
    verb: "replay",
    what,
    reason: `no recorded effect answers it: ${reasonOf(recorded, shown?.summary)}`,
    place:
      file && nearest
        ? { file: file.path, line: lineOf(file.text, nearest.entry.slice.start) }
        : { file: options.path },
    details: [`  call: ${call}`, ...(shown?.lines ?? [])],
    tries: [
      ...(shown?.summary === LINE_ENDINGS ? [KEEP_LINE_ENDINGS] : []),
      options.rerecord ? `record anew: ${options.rerecord}` : "record anew with --mode record",
      "or let tools run in this replay: --tools live",
    ],
  });
}

function reasonOf(recorded: readonly RecordedEffect[], summary: string | undefined): string {
  if (recorded.length === 0) return "nothing is recorded for it";
  if (summary !== undefined) return `its input changed (${summary})`;
  return `it was recorded ${recorded.length === 1 ? "once" : `${recorded.length} times`} and is called once more`;
}

/** What the cassette holds of the same tool. */
function recordedEffects(
  { tape }: SessionState,
  file: CassetteFile,
  asked: JsonObject,
): readonly RecordedEffect[] {
  return tape.entries
    .filter(({ slice }) => slice.kind === "effect")
    .map((entry) => ({ entry, fields: file.fields(entry.slice) }))
    .filter(({ fields }) => fields["tool"] === asked["tool"])
    .map(({ entry, fields }) => ({ entry, input: fields["input"] ?? null }));
}
