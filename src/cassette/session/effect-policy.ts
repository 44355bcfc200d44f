import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import type { EntryFields } from "../file/format.ts";
import { effectKey } from "../file/gate-entries.ts";
import type { Answered } from "../gates.ts";
import type { TapeEntry } from "../read/tape.ts";
import type { SessionState } from "../state/session-state.ts";
import type { EffectAnswer } from "../state/stand-ins.ts";

/** A tool that touched the world while a cassette was recorded. */
export interface PerformedEffect {
  readonly tool: string;
  readonly times: number;
}

type EffectKind = "local" | "external";

/** Returns true if the old recording answers an effect while a cassette is recorded. */
export function isServed(
  { options, unfinishedFrom }: SessionState,
  { slice }: TapeEntry,
  { kind, given }: { readonly kind: EffectKind; readonly given: EffectAnswer | undefined },
): boolean {
  if (given?.kind === "live") {
    // What a broken off attempt has done is not done again.
    const isDone = options.mode === "auto" || slice.start >= unfinishedFrom;
    return kind === "external" && isDone;
  }
  if (options.tools === "live") return false;
  return options.tools === "recorded" || kind === "external";
}

/** Returns true if an effect that the old recording does not answer must not simply happen. */
export function isGuarded(
  { options }: SessionState,
  kind: EffectKind,
  given: EffectAnswer | undefined,
): boolean {
  if (given?.kind === "live" || options.tools === "live") return false;
  return options.tools === "recorded" || (options.effects !== undefined && kind === "external");
}

/**
 * Returns true if a guarded effect happens all the same: in a first recording. Where an attempt at it
 * was broken off, a call is not made in the place of one that the attempt had made.
 */
export function mayHappen({ options, isFirst, file, tape }: SessionState, tool: string): boolean {
  if (!isFirst || options.effects?.unrecorded !== "first") return false;
  if (options.effects.like !== undefined) return false;
  if (!file) return true;
  return !tape.unserved.some(
    ({ slice }) => slice.kind === "effect" && file.fields(slice)["tool"] === tool,
  );
}

/** Counts an external effect that happens, for who is told what a recording did to the world. */
export function countPerformed({ performed }: SessionState, tool: string): void {
  performed.set(tool, (performed.get(tool) ?? 0) + 1);
}

/** Names the tools, and how often each ran: `refund (2 times), mail`. */
export function performedText(performed: readonly PerformedEffect[]): string {
  return performed
    .map(({ tool, times }) => (times === 1 ? tool : `${tool} (${times} times)`))
    .join(", ");
}

/** Returns true if two effects say the same of what they came to. */
export function isSameResult(left: EntryFields, right: EntryFields): boolean {
  return ["output", "error", "by", "reason", "tried"].every(
    (field) => canonicalJson(left[field] ?? null) === canonicalJson(right[field] ?? null),
  );
}

/** Returns true if it was not code that decided: the clock and alarms are asked once. */
export function isFact(answered: Answered): boolean {
  return answered.by === "prompt" && (answered.isLate === true || answered.isAlarmed === true);
}

type Outcome = { kind: "done"; value: Json } | { kind: "failed"; error: unknown };

/** What came of an effect, be it an error. */
export async function outcomeOf(execute: () => Promise<Json>): Promise<Outcome> {
  try {
    return { kind: "done", value: await execute() };
  } catch (error) {
    return { kind: "failed", error };
  }
}

interface AskedSample {
  readonly sample: "now" | "random";
  readonly call: string;
}

/** Keys of readings of the clock and of chance: a call may read thousands, always under one key. */
export class SampleKeys {
  #last: (AskedSample & { readonly key: string }) | undefined;

  keyOf({ sample, call }: AskedSample): string {
    if (this.#last?.sample === sample && this.#last.call === call) return this.#last.key;
    const key = effectKey({ sample, call });
    this.#last = { sample, call, key };
    return key;
  }
}
