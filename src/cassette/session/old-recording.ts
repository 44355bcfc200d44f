import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { CassetteFile } from "../file/cassette-file.ts";
import { HEADER, SEPARATOR } from "../file/format.ts";
import { checkReplaceable } from "../file/header.ts";
import { checkOwnFile, checkOwnPlace } from "../file/own-place.ts";
import type { CassetteOptions } from "../state/session-state.ts";

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
 * replace something else than a cassette, or a link stands where it would be written
 */
export function openOld(options: CassetteOptions): OldRecording {
  const { path, mode, host, rerecord, tools, effects, whole } = options;
  const { files } = host;
  if (mode === "replay") {
    const file = CassetteFile.read(path, files, { rerecord });
    return { file, existing: file, isFirst: false, unfinished: undefined };
  }
  if (files.kindAt(path) === "link") checkOwnPlace(path, files);
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

/**
 * What earlier attempts at a recording left beside the cassette. Models were paid and tools ran for
 * real in them, so the next attempt takes their results from here and does not ask again.
 */
export class UnfinishedRecording {
  /**
   * The cassette, where there is one, with all that the attempts recorded behind it, each entry once;
   * undefined where they left nothing.
   */
  readonly file: CassetteFile | undefined;
  /** Where in the text of the file the entries of the attempts begin. */
  readonly from: number;
  readonly #entries: readonly string[];
  readonly #path: string;
  readonly #files: FileSystem;

  /**
   * @param path the cassette's
   * @param existing undefined where there is none, or it cannot be read
   */
  constructor(path: string, existing: CassetteFile | undefined, files: FileSystem) {
    this.#path = path;
    this.#files = files;
    const attempts = [this.#kept, `${path}.recording`].flatMap((each) => {
      const file = readAttempt(each, files);
      return file ? [file] : [];
    });
    this.#entries = entriesOf(attempts, existing);
    const whole =
      existing?.text.slice(0, existing.text.length - existing.tornTail.length) ?? HEADER;
    const before = whole.endsWith("\n") ? whole : `${whole}\n`;
    this.from = before.length;
    const text = [before, ...this.#entries].join(SEPARATOR);
    this.file = this.#entries.length > 0 ? CassetteFile.ofText(path, text, files) : undefined;
  }

  /** Saves it from the next attempt, which writes to the same file. */
  keep(): void {
    if (!this.file) return;
    checkOwnPlace(this.#kept, this.#files);
    this.#files.write(this.#kept, [HEADER, ...this.#entries].join(SEPARATOR));
  }

  /** Removes it: a cassette stands in its place. */
  drop(): void {
    this.#files.remove(this.#kept);
  }

  get #kept(): string {
    return `${this.#path}.unfinished`;
  }
}

/** What a crash may have cut anywhere is of use as far as it can be read. */
function readAttempt(path: string, files: FileSystem): CassetteFile | undefined {
  if (files.kindAt(path) !== "file") return undefined;
  try {
    return CassetteFile.read(path, files);
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
  }
}

/** The entries of attempts that the cassette does not hold, those that were written again once. */
function entriesOf(
  attempts: readonly CassetteFile[],
  existing: CassetteFile | undefined,
): readonly string[] {
  const known = new Set(existing && textsOf(existing));
  return [...new Set(attempts.flatMap(textsOf))].filter((text) => !known.has(text));
}

function textsOf({ slices, text }: CassetteFile): readonly string[] {
  return slices.map(({ start, end }) => text.slice(start, end));
}

/** How a torn tail begins: with the separator of an entry, or with the header. */
const TORN = /^\s*(?:-|cassette)/;

/**
 * Writes what a crash left of an entry to a file beside the cassette, behind what an earlier crash left
 * there, so that not even a hand-made edit is lost.
 *
 * @param cassette its path
 * @throws LlmDoError `cassette-refused` when somebody else's file stands there
 */
export function keepTornTail(cassette: string, tail: string, files: FileSystem): void {
  const path = `${cassette}.torn`;
  checkOwnFile(path, files, (text) => TORN.test(text));
  const earlier = files.stat(path) ? files.readText(path) : "";
  const lostBreak = earlier === "" || earlier.endsWith("\n") ? "" : "\n";
  files.write(path, earlier + lostBreak + tail);
}
