import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { readRecordedRun } from "../../cassette/file/header.ts";
import { recordedCalls } from "../../cassette/read/call-tree.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../project/project-paths.ts";
import { cassettesNamed } from "../../testing/status/named-cassettes.ts";
import { cassetteText } from "../../ui/cassette-text.ts";

/**
 * `llm-do cassette show`: prints what cassettes hold.
 *
 * @throws LlmDoError `cassette-damaged` for a file that is no cassette; an entry that cannot be read
 * is shown as that
 */
export function showCassettes(words: readonly string[], host: Host): void {
  const texts = cassettesNamed(words, host).map((path) => {
    const file = CassetteFile.read(path, host.files);
    const run = readRecordedRun(file.text, path);
    const files = run?.files.map((name) => shown(name, host)) ?? [];
    return cassetteText({ path, run: run && { ...run, files }, calls: recordedCalls(file) });
  });
  host.stdout.write(texts.join("\n"));
}
