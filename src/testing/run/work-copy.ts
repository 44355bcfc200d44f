import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import { OutwardLink } from "../../host/files/file-system.ts";
import type { Host } from "../../host/host.ts";

/** A copy of a workspace, which goes away with it. */
export interface WorkCopy extends Disposable {
  /** Absolute. */
  readonly path: string;
  /** Makes it as it was at first, for another run. */
  reset(): void;
}

/**
 * Copies a workspace into a folder of its own, which a run may change as it likes.
 *
 * @throws LlmDoError `cases` when there is no such folder, or a link leads out of it
 */
export function copyWorkspace(
  from: string,
  place: Place | undefined,
  { files, scratch }: Host,
): WorkCopy {
  if (files.stat(from)?.kind !== "directory") {
    throw cannotCopy(from, place, "there is no such folder", [
      "correct the path, or make the folder",
    ]);
  }
  const path = scratch.make();
  try {
    scratch.copy(from, path);
  } catch (error) {
    scratch.remove(path);
    if (!(error instanceof OutwardLink)) throw error;
    throw cannotCopy(from, place, error.message, ["put a copy of what it leads to in its place"]);
  }
  const reset = () => {
    scratch.empty(path);
    scratch.copy(from, path);
  };
  return { path, reset, [Symbol.dispose]: () => scratch.remove(path) };
}

function cannotCopy(
  what: string,
  place: Place | undefined,
  reason: string,
  tries: readonly string[],
): LlmDoError {
  return new LlmDoError({ code: "cases", verb: "copy", what, reason, place, tries });
}
