import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runCliHere } from "../support/cli-here.ts";
import { prepareFolder } from "../support/console-blocks.ts";
import {
  checkWords,
  comparableEntries,
  exampleNames,
  readExample,
  recordAnew,
  runShown,
} from "../support/examples.ts";
import { temporaryFolder } from "../support/host.ts";

const folder = temporaryFolder();
const shell = { cwd: folder.path, env: prepareFolder(folder.path) };
afterAll(() => folder[Symbol.dispose]());

/** What is said of the cassettes of all examples, by one command. */
const verified = runShown(
  `npx llm-do cassette verify ${exampleNames()
    .map((name) => readExample(name).cassette)
    .join(" ")}`,
  shell,
);

test("the examples are found", () => {
  expect(exampleNames()).toContain("greeter");
});

describe.each(exampleNames())("the example %s", (name) => {
  const example = readExample(name);
  const cassette = join(folder.path, example.cassette);

  test("has nothing wrong that can be known without a model", async () => {
    const { stdout } = await runCliHere(checkWords(example), { cwd: folder.path });
    expect(stdout).toMatch(/^\d+ functions?, nothing wrong\n$/);
  });

  test("replays its whole cassette without a key", async () => {
    const printed = await runShown(`(${example.command} --json) 2>&1`, shell);
    const lines = printed.split("\n").filter((line) => line.startsWith('{"kind":"summary"'));
    expect(lines).toHaveLength(1);
    const none = { live: 0, missed: 0, unused: 0 };
    const summary = { exchanges: none, effects: { missed: 0, unused: 0 } };
    const told = JSON.parse(lines[0] ?? "");
    expect(told).toMatchObject({ summary });
    expect(told.summary.decisions ?? none).toMatchObject(none);
  });

  test("has a cassette that verifies and says that a script answered", async () => {
    const lines = (await verified).split("\n");
    const line = lines.find((each) => each.startsWith(`${example.cassette}: `));
    expect(line).toMatch(/all fit$/);
    const sources = readFileSync(cassette, "utf8").match(/^source: .*$/gm);
    expect(new Set(sources)).toEqual(new Set(["source: script"]));
  });

  test("gives the committed cassette when it is recorded anew", async () => {
    const anew = comparableEntries(await recordAnew(example, shell));
    const advice = `${example.cassette} is stale: npm run record:examples, and review the difference`;
    expect(comparableEntries(cassette), advice).toEqual(anew);
  });
});
