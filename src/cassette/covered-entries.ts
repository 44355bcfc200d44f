import type { CassetteFile } from "./cassette-file.ts";
import type { Tape, TapeEntry } from "./tape.ts";

interface ReplayedTape {
  readonly file: CassetteFile | undefined;
  readonly tape: Tape;
  /** As in the options of a session. */
  readonly tools?: "live" | "recorded" | undefined;
}

/**
 * The entries that a replay could come to, of those that it has not asked for. What was recorded
 * within an effect that the cassette answers is left out: calls that the tool made, its readings of
 * the clock. It is of use where a recording is taken up again, and with `--tools live`.
 */
export function uncoveredEntries(
  left: readonly TapeEntry[],
  { file, tape, tools }: ReplayedTape,
): readonly TapeEntry[] {
  if (left.length === 0 || !file || tools === "live") return left;
  const answered = new Set<string>();
  for (const { slice, call, served } of tape.entries) {
    if (!served || slice.kind !== "effect") continue;
    const { kind } = file.fields(slice);
    if (kind === "external" || (kind === "local" && tools === "recorded")) answered.add(call);
  }
  if (answered.size === 0) return left;
  return left.filter((entry) => !isWithinCalls(entry, answered, file));
}

/** Whether an entry is of one of these calls, but not its effect, or of a call that one made. */
function isWithinCalls(
  { slice, call }: TapeEntry,
  calls: ReadonlySet<string>,
  file: CassetteFile,
): boolean {
  if (calls.has(call)) return slice.kind === "effect" && "sampled" in file.fields(slice);
  for (let end = call.lastIndexOf("/"); end > 0; end = call.lastIndexOf("/", end - 1)) {
    if (calls.has(call.slice(0, end))) return true;
  }
  return false;
}
