import { hash } from "node:crypto";
import { canonicalJson } from "../../../model/canonical.ts";
import type { Json } from "../../../model/json.ts";
import type { RecordedCall } from "../../recordings/recorded-call.ts";

/** The answer of the prompt that a candidate is compared with. */
export interface ReferenceAnswer {
  readonly output: Json;
  /** SHA-256 over the canonical output, in hexadecimal. */
  readonly hash: string;
}

type Answers = readonly Pick<RecordedCall, "output">[];

export function answerHash(output: Json): string {
  return hash("sha256", canonicalJson(output));
}

/**
 * The most frequent of the first answers of a prompt, of equally frequent ones the first. Later answers
 * change nothing: who asks again where the tool disagreed would move the reference towards the tool.
 *
 * @param samples how many answers count
 * @returns undefined where there are fewer answers than that
 *
 * @example
 * referenceAnswer([{ output: "a" }, { output: "b" }, { output: "b" }], 3)?.output; // "b"
 */
export function referenceAnswer(calls: Answers, samples: number): ReferenceAnswer | undefined {
  if (calls.length < samples) return undefined;
  const counts = new Map<string, { readonly output: Json; count: number }>();
  for (const { output } of calls.slice(0, samples)) {
    const key = answerHash(output);
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { output, count: 1 });
  }
  let most: (ReferenceAnswer & { readonly count: number }) | undefined;
  for (const [key, { output, count }] of counts) {
    if (!most || count > most.count) most = { output, hash: key, count };
  }
  return most && { output: most.output, hash: most.hash };
}

/** The recorded answer that was the reference when its input was listed; undefined where it has gone. */
export function listedAnswer(calls: Answers, listed: string): Json | undefined {
  return calls.find(({ output }) => answerHash(output) === listed)?.output;
}
