import { RequestKeyer } from "../model/key.ts";
import type { ModelRequest } from "../model/request.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { askedDecision, decisionKey } from "./decision-key.ts";
import { askedEffect, effectKey } from "./effect-key.ts";
import { reconstructRequests } from "./reconstruct.ts";
import { RequestRewriter } from "./rewrite-request.ts";
import { type CassetteRules, olderRewrites, type Rewrites } from "./rules.ts";
import type { EntrySlice } from "./scan.ts";
import { TodaysEntries } from "./todays-entry.ts";

/** What an entry would be known by if it were recorded under today's rules. */
export interface TodaysKey {
  readonly key: string;
  /** The entry that it goes on from; undefined where it does from none. */
  readonly parent: EntrySlice | undefined;
}

/**
 * The keys that the entries of a cassette would have under today's rules, whatever rules there were
 * when they were recorded. An entry that cannot be read is left out.
 */
export function todaysKeys(
  file: CassetteFile,
  rules: CassetteRules,
  rewrites: Rewrites,
): ReadonlyMap<EntrySlice, TodaysKey> {
  const keys = new Map<EntrySlice, TodaysKey>();
  const rewriter = new RequestRewriter(rewrites);
  const keyer = new RequestKeyer();
  const keyOf = (request: ModelRequest): string | undefined => {
    try {
      return keyer.key(rewriter.request(request));
    } catch (error) {
      // A person wrote a list or a map where the format has none.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  };
  for (const found of reconstructRequests(file, rewrites.request, olderRewrites(rules))) {
    if (found.kind === "damaged") continue;
    const key = keyOf(found.request);
    if (key !== undefined) keys.set(found.slice, { key, parent: found.parent });
  }
  const entries = new TodaysEntries(rewrites);
  for (const slice of file.slices) {
    if (slice.kind === "exchange") continue;
    const fields = entries.fields(slice.kind, file.fields(slice));
    const isEffect = slice.kind === "effect";
    const key = isEffect ? effectKey(askedEffect(fields)) : decisionKey(askedDecision(fields));
    keys.set(slice, { key, parent: undefined });
  }
  return keys;
}
