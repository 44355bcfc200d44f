import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { times } from "../../words/counted.ts";
import { liveTools, recordAnew } from "../advice.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { firstDifference, formatDifferencePath } from "../read/first-difference.ts";
import type { TapeEntry } from "../read/tape.ts";
import type { SessionState } from "../state/session-state.ts";
import { KEEP_LINE_ENDINGS, LINE_ENDINGS, showDifference } from "./difference-lines.ts";
import { type VolatileKind, volatileKindOf } from "./explain-change.ts";
import { checkTries } from "./unrepeatable.ts";

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
  /** Undefined for one that failed. */
  readonly output: Json | undefined;
}

/** The error for an effect that no recording answers: what differs, and what to do. */
export function effectMiss(state: SessionState, miss: EffectMiss): LlmDoError {
  const { options } = state;
  if (options.checking !== undefined) {
    return missError(state, miss, {
      verb: "record",
      reason: "its recording cannot be replayed",
      tries: (_nearest, kind) => checkTries(kind, state),
    });
  }
  return missError(state, miss, {
    verb: "replay",
    reason: "no recorded effect answers it",
    tries: () => [recordAnew(options.rerecord), liveTools("or let tools run in this replay")],
  });
}

/** The error for a call that is not made while a cassette is recorded. */
export function effectRefused(state: SessionState, miss: EffectMiss): LlmDoError {
  return missError(state, miss, {
    verb: "record",
    reason: "the call was not made, and no recording answers it",
    tries: (nearest) => offers(state, miss.what, nearest),
  });
}

interface Saying {
  readonly verb: "replay" | "record";
  readonly reason: string;
  readonly tries: (
    nearest: RecordedEffect | undefined,
    /** What kind of text is all that differs. */
    kind: VolatileKind | undefined,
  ) => readonly (string | Advice)[];
}

function missError(
  state: SessionState,
  { asked, what, call }: EffectMiss,
  { verb, reason, tries }: Saying,
): LlmDoError {
  const { book, options, file, scanner } = state;
  book.effects.missed++;
  const recorded = file ? recordedEffects(state, file, asked) : [];
  const nearest = nearestOf(recorded, call);
  const difference =
    nearest && firstDifference({ input: nearest.input }, { input: asked["input"] ?? null });
  const shown = difference && showDifference(difference, scanner);
  return new LlmDoError({
    code: "cassette-miss",
    call,
    cause: recorded.length === 0 ? "not-recorded" : difference ? "input" : "asked-again",
    differsAt: difference && formatDifferencePath(difference.path),
    verb,
    what,
    reason: `${reason}: ${effectReason(recorded, shown?.summary)}`,
    place:
      file && nearest
        ? { file: file.path, line: file.line(nearest.entry.slice) }
        : { file: options.path },
    details: [`  call: ${call}`, ...(shown?.lines ?? [])],
    tries: [
      ...(shown?.summary === LINE_ENDINGS ? [KEEP_LINE_ENDINGS] : []),
      ...tries(nearest, difference && volatileKindOf(difference)),
    ],
  });
}

/** One that nothing has asked for, best of the same call; else the last. */
function nearestOf(recorded: readonly RecordedEffect[], call: string): RecordedEffect | undefined {
  const left = recorded.filter(({ entry }) => !entry.served);
  return left.find(({ entry }) => entry.call === call) ?? left[0] ?? recorded.at(-1);
}

/** Characters of an output that stand in a line to paste. */
const LONGEST_OFFER = 60;

/** What a person can say of a call that was not made. */
function offers(
  { options, scanner }: SessionState,
  tool: string,
  nearest: RecordedEffect | undefined,
): readonly (string | Advice)[] {
  const said = nearest?.output === undefined ? "" : scanner.mask(canonicalJson(nearest.output));
  const output = said === "" || said.length > LONGEST_OFFER ? '"..."' : said;
  switch (options.effects?.advice) {
    case "case":
      return [
        `say in the case what it answers: effects: { ${tool}: { output: ${output} } }`,
        `or how it fails: effects: { ${tool}: { error: "..." } }`,
        `or let it happen: effects: { ${tool}: live }`,
        liveTools("or let all calls of this run happen"),
      ];
    case "test":
      return [
        `say in the test what answers: doubles: { ${JSON.stringify(tool)}: () => ${output} }`,
        'or let it happen: tools: "live"',
        liveTools("or let all calls of this run happen"),
      ];
    case undefined:
      // With --tools live what is on record would happen once more.
      return options.mode === "auto" ? [LEAVE_OUT_RECORDED] : [liveTools("let tools run for real")];
  }
}

const LEAVE_OUT_RECORDED: Advice = {
  flags: "leave out --tools recorded: what is on record is answered, the rest runs for real",
  options: 'leave out tools: "recorded": what is on record is answered, the rest runs for real',
};

function effectReason(recorded: readonly RecordedEffect[], summary: string | undefined): string {
  if (recorded.length === 0) return "nothing is recorded for it";
  if (summary !== undefined) return `its input changed (${summary})`;
  return `it was recorded ${times(recorded.length)} and is called once more`;
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
    .map(({ entry, fields }) => ({
      entry,
      input: fields["input"] ?? null,
      output: fields["output"],
    }));
}
