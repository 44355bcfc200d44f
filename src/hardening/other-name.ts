import { LlmDoError } from "../errors/llm-do-error.ts";

interface TwoWorkers {
  /** The name of the worker whose prompt answers. */
  readonly worker: string;
  /** The name of the one that would answer in its place. */
  readonly other: string;
  /** The file of the other one. */
  readonly file: string;
}

/**
 * Recordings, runs and lock files tell two workers apart by name.
 *
 * @throws LlmDoError `project` where both have the same
 */
export function checkOtherName(verb: string, { worker, other, file }: TwoWorkers): void {
  if (worker !== other) return;
  throw new LlmDoError({
    code: "project",
    verb,
    what: file,
    reason: `it is called "${worker}", as the worker is in whose place it would answer`,
    place: { file },
    tries: [`give it a name of its own in its front matter: name: ${worker}_cheaper`],
  });
}
