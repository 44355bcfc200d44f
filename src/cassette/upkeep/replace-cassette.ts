import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { BlobFolder } from "../file/blob-folder.ts";
import type { BlobContents } from "../file/blob-reference.ts";
import { CassetteFile } from "../file/cassette-file.ts";
import { lockCassette } from "../file/lock.ts";
import { checkOwnPlace, unrecordable } from "../file/own-place.ts";

/** What a cassette is to be. */
interface NextCassette {
  readonly text: string;
  /** Binary content that the text may name and the old one did not. */
  readonly blobs: BlobContents;
  /** Names of blobs that go. */
  readonly blobsLeft: readonly string[];
  /** What is done to the cassette, for errors: `prune`, `rekey`. */
  readonly verb: string;
}

/**
 * Puts another text in a cassette's place, in one step and under its lock: whoever reads it sees the
 * old or the new one.
 *
 * @param file as it was when the text was made of it
 * @throws LlmDoError `cassette-refused` when another process writes it, or has written it since, or
 * it cannot be written
 */
export function replaceCassette(file: CassetteFile, next: NextCassette, host: Host): void {
  const { path } = file;
  const { files } = host;
  const { text, blobs, blobsLeft, verb } = next;
  checkOwnPlace(path, files, { verb });
  const release = lockedBy(path, verb, host);
  try {
    if (CassetteFile.read(path, files).text !== file.text) throw wasWritten(path, verb);
    const folder = new BlobFolder(path, files);
    for (const [name, bytes] of blobs) folder.write(name, bytes);
    files.write(path, text);
    for (const name of blobsLeft) folder.remove(name);
  } catch (error) {
    throw isLlmDoError(error) && error.code !== "file" ? error : cannotWrite(path, verb, error);
  } finally {
    release();
  }
}

function wasWritten(what: string, verb: string): LlmDoError {
  const reason = "another process recorded to it since it was read";
  const tries = ["run again: what it recorded is there then"];
  return new LlmDoError({ code: "cassette-refused", verb, what, reason, tries });
}

/** @returns the release */
function lockedBy(path: string, verb: string, host: Host): () => void {
  try {
    const { release, warning } = lockCassette(path, host);
    if (warning !== undefined) host.stderr.write(`warning: ${warning}\n`);
    return release;
  } catch (error) {
    throw isLlmDoError(error, "file") ? cannotWrite(path, verb, error) : error;
  }
}

function cannotWrite(path: string, verb: string, cause: unknown): LlmDoError {
  return unrecordable(cause, { path, verb, kept: "the cassette is unchanged" });
}
