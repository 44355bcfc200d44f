import { join } from "node:path";
import { BlobFolder } from "../../cassette/file/blob-folder.ts";
import { HEADER, headerLength } from "../../cassette/file/format.ts";
import { encodeRun, type RecordedRun } from "../../cassette/file/header.ts";
import { writeYaml } from "../../cassette/file/yaml/write-yaml.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "./case-place.ts";
import type { ChosenRun } from "./chosen-run.ts";

/**
 * Copies a run's recording to where a case has it: its entries to the letter, its binary content,
 * and a header that names the run's files from there.
 *
 * @returns what takes the copy away again
 * @throws LlmDoError `cassette-refused` when something stands there
 */
export function copyRecording({ path, file, run }: ChosenRun, to: string, host: Host): () => void {
  const { files, scratch } = host;
  if (to === path) return () => undefined;
  if (files.kindAt(to)) throw taken(to, host);
  new BlobFolder(to, files).check();
  const takeBack = () => {
    files.remove(to);
    scratch.remove(`${to}.blobs`);
  };
  const whole = file.text.slice(0, file.text.length - file.tornTail.length);
  try {
    for (const [name, bytes] of blobsOf(path, host)) files.write(join(`${to}.blobs`, name), bytes);
    files.write(to, withRun(whole, run, to));
  } catch (error) {
    takeBack();
    throw error;
  }
  return takeBack;
}

/** Approvals, tools and limits are the case's own from now on. */
function withRun(text: string, run: RecordedRun, path: string): string {
  const entries = text.slice(headerLength(text));
  const { files, entry, input, model, set } = run;
  return (
    HEADER + writeYaml({ run: encodeRun({ files, entry, input, model, set }, path) }) + entries
  );
}

function blobsOf(path: string, { files }: Host): readonly (readonly [string, Uint8Array])[] {
  const folder = `${path}.blobs`;
  if (files.kindAt(folder) !== "directory") return [];
  return files.list(folder).map((name) => [name, files.readBytes(join(folder, name))]);
}

function taken(path: string, host: Host): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "add",
    what: shown(path, host),
    reason: "a recording is there already, and no case has it",
    tries: ["remove it, if nobody needs it", "or give the case another name"],
  });
}
