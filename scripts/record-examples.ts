// Records the cassettes of the examples anew from their answers.yaml. Review the difference.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository } from "../tests/support/cli.ts";
import { prepareFolder } from "../tests/support/console-blocks.ts";
import {
  exampleNames,
  readExample,
  recordCommand,
  runShown,
  withoutTimings,
} from "../tests/support/examples.ts";
import { temporaryFolder } from "../tests/support/host.ts";

using folder = temporaryFolder();
const env = prepareFolder(folder.path);
for (const example of exampleNames().map(readExample)) {
  const made = join(folder.path, "anew.yaml");
  runShown(recordCommand(example, made), folder.path, env);
  const committed = join(repository, example.cassette);
  // Timings alone are no reason to change a file.
  if (existsSync(committed) && withoutTimings(committed) === withoutTimings(made)) continue;
  mkdirSync(dirname(committed), { recursive: true });
  copyFileSync(made, committed);
}
