import { isLlmDoError } from "../errors/llm-do-error.ts";
import { CassetteFile } from "./cassette-file.ts";
import { HEADER } from "./entry.ts";
import { checkReplaceable } from "./header.ts";
import type { CassetteOptions } from "./session-state.ts";
import { UnfinishedRecording } from "./unfinished-recording.ts";

/** What a session finds on record when it is opened. */
export interface OldRecording {
  /** What answers; undefined where nothing does. */
  readonly file: CassetteFile | undefined;
  /** The cassette as it was read; undefined where there is none, it was not read or cannot be. */
  readonly existing: CassetteFile | undefined;
  /** Whether there was no cassette. */
  readonly isFirst: boolean;
  readonly unfinished: UnfinishedRecording | undefined;
}

/**
 * Reads what may answer in a session.
 *
 * @throws LlmDoError as {@link CassetteFile.read} does, and `cassette-refused` when `record` would
 * replace something else than a cassette
 */
export function openOld(options: CassetteOptions): OldRecording {
  const { path, mode, host, rerecord, tools, effects, whole } = options;
  const { files } = host;
  if (mode === "replay") {
    const file = CassetteFile.read(path, files, rerecord ?? `--cassette ${path} --mode record`);
    return { file, existing: file, isFirst: false, unfinished: undefined };
  }
  const isFirst = files.stat(path) === undefined;
  if (mode === "record") checkReplaceable(path, files);
  if (isFirst) {
    // Only a recording that is guarded knows that its attempts were of the same run.
    const like = effects?.like === undefined ? undefined : CassetteFile.read(effects.like, files);
    const unfinished = effects && new UnfinishedRecording(path, like, files);
    return { file: unfinished?.file ?? like, existing: undefined, isFirst, unfinished };
  }
  const isRead = mode === "auto" || whole || effects !== undefined || tools === "recorded";
  const existing = isRead ? readOld(options) : undefined;
  // It is replaced, but its effects did happen: none is answered, and none happens again.
  const file = isRead ? (existing ?? CassetteFile.ofText(path, HEADER, files)) : undefined;
  const isWhole = mode === "record" || whole === true;
  const unfinished =
    effects && isWhole ? new UnfinishedRecording(path, existing, files) : undefined;
  return { file: unfinished?.file ?? file, existing, isFirst, unfinished };
}

/**
 * Where in the text of what answers entries begin that the cassette does not hold. A first recording
 * holds nothing yet, wherever its answers are from.
 */
export function unfinishedFrom({ isFirst, unfinished }: OldRecording): number {
  if (isFirst) return 0;
  return unfinished?.file ? unfinished.from : Number.POSITIVE_INFINITY;
}

/** Undefined for a cassette that cannot be read, which a recording anew replaces. */
function readOld({ path, mode, host }: CassetteOptions): CassetteFile | undefined {
  try {
    return CassetteFile.read(path, host.files);
  } catch (error) {
    if (mode === "record" && isLlmDoError(error)) return undefined;
    throw error;
  }
}
