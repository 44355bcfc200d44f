import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";
import { Watching } from "../support/watching.ts";

const TIMEOUT_MS = 120_000;

let project: VitestProject;
let watching: Watching;

beforeAll(async () => {
  project = vitestProject({
    ...DOUBLING_PROJECT,
    "main.cases.yaml": DOUBLING_PROJECT["main.cases.yaml"].replace(
      "script:",
      "workspace: work\nscript:",
    ),
    "work/a.txt": "a",
    "plain.test.ts": `import { expect, test } from "vitest";
import { twice } from "./twice.ts";
test("plain", () => expect(twice(2)).toBe(4));
`,
  });
  expect((await project.test(["--mode", "record"])).code).toBe(0);
  watching = new Watching(project, ["--watch"]);
  expect(await watching.next()).toEqual(["main.cases.yaml", "other.cases.yaml", "plain.test.ts"]);
}, TIMEOUT_MS);

afterAll(() => project[Symbol.dispose]());

function edit(file: string, change: (text: string) => string): void {
  const path = join(project.path, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

describe("watch mode", { timeout: TIMEOUT_MS }, () => {
  test("runs the cases of a cassette that changes, and no others", async () => {
    edit("cassettes/other/doubles-for-others.yaml", (text) => text.replace("It is 8.", "It is 9."));
    expect(await watching.next()).toEqual(["other.cases.yaml failed"]);
    edit("cassettes/other/doubles-for-others.yaml", (text) => text.replace("It is 9.", "It is 8."));
    expect(await watching.next()).toEqual(["other.cases.yaml"]);
  });

  test("runs a file of cases that changes", async () => {
    edit("other.cases.yaml", (text) => `${text}# a comment\n`);
    expect(await watching.next()).toEqual(["other.cases.yaml"]);
  });

  test("runs the cases of a workspace in which a file changes", async () => {
    edit("work/a.txt", () => "b");
    expect(await watching.next()).toEqual(["main.cases.yaml"]);
  });

  test("runs all cases of a worker", async () => {
    edit("main.worker", (text) => text.replace("You double", "You triple"));
    expect(await watching.next()).toEqual(["main.cases.yaml failed", "other.cases.yaml failed"]);
    edit("main.worker", (text) => text.replace("You triple", "You double"));
    expect(await watching.next()).toEqual(["main.cases.yaml", "other.cases.yaml"]);
  });

  test("runs with new code, be it imported by a code file, and the tests that import it too", async () => {
    edit("twice.ts", (text) => text.replace("n * 2", "n * 3"));
    const failed = ["main.cases.yaml", "other.cases.yaml", "plain.test.ts"];
    expect(await watching.next()).toEqual(failed.map((file) => `${file} failed`));
    edit("twice.ts", (text) => text.replace("n * 3", "n * 2"));
    expect(await watching.next()).toEqual(failed);
  });

  test("runs all cases below an llm-do.yaml that comes", async () => {
    project.write({ "llm-do.yaml": "volatile: ['nothing like this']\n" });
    expect(await watching.next()).toEqual(["main.cases.yaml", "other.cases.yaml"]);
  });

  test("ends with 130 when it is interrupted", async () => {
    expect((await watching.end()).code).toBe(130);
  });
});
