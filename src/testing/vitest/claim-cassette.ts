import { hash } from "node:crypto";
import { join } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { parseCases } from "../cases/parse-cases.ts";
import type { TestCase } from "../cases/test-case.ts";

/** What all processes that run tests of one run of the test runner can see. */
export interface Claims {
  /** Absolute. */
  readonly folder: string;
  readonly files: FileSystem;
}

/**
 * Takes a cassette for the cases of one file. Two files of cases that share one would record over each
 * other's answers, and neither knows of the other when it is read.
 *
 * @param cassette absolute path
 * @param file absolute path of the file of cases
 * @returns the file whose case has it already, undefined where none has
 */
export function claimCassette(
  cassette: string,
  file: string,
  { folder, files }: Claims,
): string | undefined {
  const claim = join(folder, `cassette-${hash("sha256", cassette)}`);
  if (files.createExclusive(claim, file)) return undefined;
  const owner = files.readText(claim);
  if (owner === file) return undefined;
  if (uses(owner, cassette, files)) return owner;
  files.write(claim, file);
  return undefined;
}

/** Where tests are watched, files of cases change after they were read. */
function uses(file: string, cassette: string, files: FileSystem): boolean {
  try {
    return parseCases(files.readText(file), file).cases.some((one) => one.cassette === cassette);
  } catch {
    return false; // it is gone, or runs no case
  }
}

/** @param other the file whose case has the cassette, as a person knows it */
export function sharedBetweenFiles({ name, cassette, place }: TestCase, other: string): LlmDoError {
  return new LlmDoError({
    code: "cases",
    verb: "run",
    what: name,
    reason: `it shares the cassette ${cassette} with a case of ${other}`,
    place,
    tries: ["give each its own: what one records takes the place of what the other needs"],
  });
}
