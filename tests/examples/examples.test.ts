import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { prepareFolder } from "../support/console-blocks.ts";
import {
  checkCommand,
  exampleNames,
  readExample,
  recordCommand,
  runShown,
  withoutTimings,
} from "../support/examples.ts";
import { temporaryFolder } from "../support/host.ts";

const folder = temporaryFolder();
const env = prepareFolder(folder.path);
afterAll(() => folder[Symbol.dispose]());

test("the examples are found", () => {
  expect(exampleNames()).toContain("greeter");
});

describe.each(exampleNames())("the example %s", (name) => {
  const example = readExample(name);
  const cassette = join(folder.path, example.cassette);

  test("has nothing wrong that can be known without a model", () => {
    const printed = runShown(checkCommand(example), folder.path, env);
    expect(printed).toMatch(/^\d+ functions?, nothing wrong\n$/);
  });

  test("replays its whole cassette without a key", () => {
    const printed = runShown(`(${example.command} --json) 2>&1`, folder.path, env);
    const lines = printed.split("\n").filter((line) => line.startsWith('{"kind":"ledger"'));
    expect(lines).toHaveLength(1);
    const none = { live: 0, missed: 0, unused: 0 };
    const ledger = { exchanges: none, effects: { missed: 0, unused: 0 } };
    const told = JSON.parse(lines[0] ?? "");
    expect(told).toMatchObject({ ledger });
    expect(told.ledger.decisions ?? none).toMatchObject(none);
  });

  test("has a cassette that verifies and says that a script answered", () => {
    const verified = runShown(`npx llm-do cassette verify ${example.cassette}`, folder.path, env);
    expect(verified).toMatch(/all fit$/m);
    const sources = withoutTimings(cassette).match(/^source: .*$/gm);
    expect(new Set(sources)).toEqual(new Set(["source: script"]));
  });

  test("gives the committed cassette when it is recorded anew", () => {
    runShown(recordCommand(example, "anew.yaml"), folder.path, env);
    const anew = withoutTimings(join(folder.path, "anew.yaml"));
    const advice = `${example.cassette} is stale: npm run record:examples, and review the difference`;
    expect(withoutTimings(cassette), advice).toBe(anew);
  });
});
