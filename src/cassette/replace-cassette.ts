import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { Host } from "../host/host.ts";
import { BlobFolder } from "./blob-folder.ts";
import { CassetteFile } from "./cassette-file.ts";
import { lockCassette } from "./lock.ts";
import type { BlobContents } from "./writer.ts";

/** What a cassette is to be. */
export interface NextCassette {
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
  const release = lockCassette(path, host);
  const beside = `${path}.next`;
  try {
    if (CassetteFile.read(path, files).text !== file.text) throw wasWritten(path, verb);
    const folder = new BlobFolder(path, files);
    for (const [name, bytes] of blobs) folder.write(name, bytes);
    files.write(beside, text);
    files.rename(beside, path);
    for (const name of blobsLeft) folder.remove(name);
  } catch (error) {
    throw error instanceof LlmDoError ? error : cannotWrite(path, verb, error);
  } finally {
    files.remove(beside);
    release();
  }
}

function wasWritten(what: string, verb: string): LlmDoError {
  const reason = "another process recorded to it since it was read";
  const tries = ["run again: what it recorded is there then"];
  return new LlmDoError({ code: "cassette-refused", verb, what, reason, tries });
}

function cannotWrite(what: string, verb: string, cause: unknown): LlmDoError {
  const reason = `it cannot be written: ${messageOf(cause)}`;
  const tries = ["free the disk; the cassette is unchanged"];
  return new LlmDoError({ code: "cassette-refused", verb, what, reason, tries, cause });
}
