import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../../../tests/support/cli-project.ts";
import { testHost } from "../../../tests/support/host.ts";
import { parseCases } from "../cases/file/parse-cases.ts";
import { recordingOfRenamed } from "./renamed-case.ts";

const header = (run: string) => `cassette: 1\nrun: ${run}\n`;
const RUN = "{ files: [../../main.worker], entry: main, input: Go. }";
const OTHER_INPUT = "{ files: [../../main.worker], entry: main, input: Stop. }";
const OTHER_WORKER = "{ files: [../../old.worker], entry: old, input: Go. }";
const ASKS = `cassette: 1
---
exchange: 0123456789abcdef
call: main
source: live
model: a:b
messages:
  - user: Go.
response:
  - text: Gone.
stop: end
usage: { inputTokens: 1, outputTokens: 1 }
timing: { firstMs: 1, totalMs: 1 }
`;

const CASES = `cases:
  - { name: new name, input: Go. }
  - { name: used, input: Go. }
`;

test.each<[what: string, cassettes: Record<string, string>, found: string | undefined]>([
  ["the same run", { "a.yaml": header(RUN), "b.yaml": header(OTHER_INPUT) }, "a.yaml"],
  [
    "the same run rather than the same input",
    { "a.yaml": header(OTHER_WORKER), "b.yaml": header(RUN) },
    "b.yaml",
  ],
  ["the same input", { "a.yaml": header(OTHER_WORKER) }, "a.yaml"],
  [
    "the same request, where no header says more",
    { "a.yaml": ASKS, "b.yaml": "cassette: 1\n" },
    "a.yaml",
  ],
  ["none of two that fit", { "a.yaml": header(RUN), "b.yaml": header(RUN) }, undefined],
  ["none with another input", { "a.yaml": header(OTHER_INPUT) }, undefined],
  ["none that a case uses", { "used.yaml": header(RUN) }, undefined],
  ["none that was not finished", { "a.yaml.recording": header(RUN) }, undefined],
  ["none where it has its own", { "new-name.yaml": header(RUN), "a.yaml": header(RUN) }, undefined],
])("the recording of a renamed case is %s", (_what, cassettes, found) => {
  const files = Object.entries(cassettes).map(([name, text]) => [`cassettes/main/${name}`, text]);
  using folder = folderWith({ "main.worker": "", ...Object.fromEntries(files) });
  const path = join(folder.path, "main.cases.yaml");
  const file = parseCases(CASES, path);
  const [one] = file.cases;
  if (!one) throw new TypeError("a file without cases");
  const expected = found && join(folder.path, "cassettes/main", found);
  expect(recordingOfRenamed(one, file, testHost({ cwd: folder.path }))).toBe(expected);
});
