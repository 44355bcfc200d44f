import { grouped } from "../../words/counted.ts";
import type { LeftOut } from "../recordings/recorded-call.ts";

const WORDS: Readonly<Record<keyof LeftOut, string>> = {
  stale: "of another version of the prompt",
  otherModel: "of another model",
  withAttachments: "with attachments",
  unfinished: "without a whole answer",
  damaged: "damaged",
};

/** What was left out and why; empty when nothing was. */
export function leftOutText(leftOut: LeftOut): string {
  return Object.entries(WORDS)
    .map(([why, words]) => [leftOut[why as keyof LeftOut], words] as const) // its own keys
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${grouped(count)} ${words}`)
    .join(", ");
}
