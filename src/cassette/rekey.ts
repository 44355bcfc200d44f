import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { rekeyedText } from "./rekeyed-text.ts";
import { replaceCassette } from "./replace-cassette.ts";
import type { CassetteRules } from "./rules.ts";

/** What today's rules changed in a cassette. */
export interface Rekeyed {
  readonly path: string;
  readonly entries: number;
  /** Entries in which something was replaced. */
  readonly rewritten: number;
  /** Entries that have another key. */
  readonly rekeyed: number;
  /** Whether something was replaced in what the header says of the run. */
  readonly header: boolean;
}

export interface RekeyOptions {
  readonly host: Host;
  /** The project's. */
  readonly rules: CassetteRules;
  /** Whether it is only to be said what would change. */
  readonly dryRun?: boolean;
}

/**
 * Applies today's rules to what is on record and computes all keys anew, in one step and under the
 * cassette's lock. Where nothing changes, the file is not touched.
 *
 * @throws LlmDoError `cassette-damaged` when an entry cannot be read, `cassette-refused` when the
 * cassette cannot be written
 */
export function rekeyCassette(file: CassetteFile, options: RekeyOptions): Rekeyed {
  const { host, rules, dryRun = false } = options;
  if (file.tornTail !== "") throw torn(file);
  const { text, ...changed } = rekeyedText(file, rules, host.files);
  if (text !== file.text && !dryRun) {
    replaceCassette(file, { text, blobs: new Map(), blobsLeft: [], verb: "rekey" }, host);
  }
  return { path: file.path, entries: file.slices.length, ...changed };
}

function torn({ path, text, tornTail }: CassetteFile): LlmDoError {
  const line = text.slice(0, text.length - tornTail.length).split("\n").length;
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "rekey",
    what: path,
    reason: "its last entry was cut short, so it is left as it is",
    place: { file: path, line },
    tries: ["restore the file from version control, or remove what was cut short"],
  });
}
