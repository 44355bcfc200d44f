import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CliResult } from "../support/cli.ts";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";

const TIMEOUT_MS = 120_000;

/** A command that goes on watching, and what it has said. */
class Watching {
  readonly #log: string;
  readonly #ended: Promise<CliResult>;
  #interrupt: () => void = () => undefined;
  #seen = 0;

  constructor(project: VitestProject) {
    this.#log = join(project.path, "node_modules/watch.log");
    writeFileSync(this.#log, "");
    this.#ended = project.test(["--watch"], {
      onStart: (child) => {
        child.stdout?.on("data", (text: string) => appendFileSync(this.#log, text));
        this.#interrupt = () => child.kill("SIGINT");
      },
    });
  }

  /** The files that the next run runs, with how it went. */
  async next(): Promise<readonly string[]> {
    for (;;) {
      const said = readFileSync(this.#log, "utf8").slice(this.#seen);
      const end = /Waiting for file changes|Watching for file changes/.exec(said);
      if (end) {
        this.#seen += end.index + end[0].length;
        return filesIn(said.slice(0, end.index));
      }
      await delay(100);
    }
  }

  async end(): Promise<CliResult> {
    this.#interrupt();
    return await this.#ended;
  }
}

function filesIn(said: string): readonly string[] {
  return [...said.matchAll(/^ ([✓❯]) (?:\|cases\| )?(\S+\.(?:yaml|ts)) \(/gm)]
    .map(([, sign, file]) => `${file}${sign === "✓" ? "" : " failed"}`)
    .sort();
}

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
  watching = new Watching(project);
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
