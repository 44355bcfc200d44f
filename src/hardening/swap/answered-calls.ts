import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type AnsweredCall, answeredCall } from "../../cassette/file/gate-entries.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { NOT_DRAWN } from "../../runtime/call/answer-call.ts";

/** Who answered the recorded calls of a function with prompt and code. */
export interface AnsweredCounts {
  readonly code: number;
  /** Calls that the code was to answer and did not. */
  readonly fallbacks: number;
  /** Fallbacks by their reason, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
}

/**
 * The calls of functions with prompt and code that some cassettes hold, by the function's name.
 *
 * @throws LlmDoError `cassette-damaged` for what is no cassette
 */
export function answeredCalls(
  cassettes: readonly string[],
  files: FileSystem,
): ReadonlyMap<string, readonly AnsweredCall[]> {
  const byName = new Map<string, AnsweredCall[]>();
  for (const path of cassettes) {
    const file = CassetteFile.read(path, files);
    for (const slice of file.slices) {
      // Most effects are others': a look at the text is enough to leave them alone.
      const at = slice.kind === "effect" ? file.text.indexOf("\nanswered: ", slice.start) : -1;
      if (at < 0 || at >= slice.end) continue;
      const call = answeredCall(file.fields(slice));
      if (call) byName.set(call.function, [...(byName.get(call.function) ?? []), call]);
    }
  }
  return byName;
}

export function countAnswered(calls: readonly AnsweredCall[]): AnsweredCounts {
  const reasons = new Map<string, number>();
  let code = 0;
  let fallbacks = 0;
  for (const { answered } of calls) {
    if (answered.by === "code") code++;
    else if (answered.reason !== NOT_DRAWN) {
      fallbacks++;
      reasons.set(answered.reason, (reasons.get(answered.reason) ?? 0) + 1);
    }
  }
  const sorted = [...reasons].sort(
    ([one, left], [other, right]) => right - left || (one < other ? -1 : 1),
  );
  return { code, fallbacks, reasons: sorted };
}
