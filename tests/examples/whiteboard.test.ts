import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { prepareFolder } from "../support/console-blocks.ts";
import { readExample, runShown } from "../support/examples.ts";
import { temporaryFolder } from "../support/host.ts";

const folder = temporaryFolder();
const env = prepareFolder(folder.path);
afterAll(() => folder[Symbol.dispose]());

const { command, cassette } = readExample("whiteboard_planner");
const photo = join(folder.path, "examples/whiteboard_planner/whiteboard.png");

test("a replay of the whiteboard writes the plan again", async () => {
  await runShown(command, { cwd: folder.path, env });
  const plan = join(folder.path, "examples/whiteboard_planner/plans/repair-cafe.md");
  expect(readFileSync(plan, "utf8")).toMatch(/^# Repair Café No. 1\n/);
});

test("the photo's bytes are not in the cassette", () => {
  const text = readFileSync(join(folder.path, cassette), "utf8");
  expect(text).toContain(`bytes: ${statSync(photo).size}`);
  expect(text).not.toContain(readFileSync(photo).subarray(0, 30).toString("base64"));
});

test("a replay with another photo says that the attachment changed", async () => {
  appendFileSync(photo, "another");
  const told = await runShown(`${command} 2>&1 || echo "exit code $?"`, {
    cwd: folder.path,
    env,
  });
  expect(told).toContain('the content of the attachment "whiteboard.png" changed');
  expect(told).toMatch(/exit code 3\n$/);
});
