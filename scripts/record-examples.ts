// Records the cassettes of the examples anew from their answers.yaml. Review the difference.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { repository } from "../tests/support/cli.ts";
import { prepareFolder } from "../tests/support/console-blocks.ts";
import {
  comparableEntries,
  exampleNames,
  readExample,
  recordAnew,
} from "../tests/support/examples.ts";
import { temporaryFolder } from "../tests/support/host.ts";

using folder = temporaryFolder();
const env = prepareFolder(folder.path);
for (const example of exampleNames().map(readExample)) {
  const made = await recordAnew(example, { cwd: folder.path, env });
  const committed = join(repository, example.cassette);
  // Timings alone, or another order of what ran at once, are no reason to change a file.
  if (
    existsSync(committed) &&
    isDeepStrictEqual(comparableEntries(committed), comparableEntries(made))
  )
    continue;
  mkdirSync(dirname(committed), { recursive: true });
  copyFileSync(made, committed);
}
