import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  mutationScore,
  readMutationReport,
} from "../../src/hardening/compare/trial/mutation-score.ts";
import type { ProcessRequest } from "../../src/host/host.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { failure } from "../support/cassettes.ts";
import { repository } from "../support/cli.ts";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

const modules = join(repository, "node_modules");

const TOOL = `export function slug(text: string): string {
  return text.length > 3 ? text.toLowerCase() : text;
}
`;

const TEST = `import { describe, expect, test } from "vitest";
import { slug } from "./slug.ts";
describe("slug", () => {
  test("makes long texts small", () => {
    expect(slug("ABCD")).toBe("abcd");
    expect(slug("AB")).toBe("AB");
  });
});
`;

function project(testText: string) {
  const folder = temporaryFolder();
  writeFiles(folder.path, { "package.json": "{}", "slug.ts": TOOL, "slug.test.ts": testText });
  return folder;
}

function scored(folder: string) {
  const host = { ...nodeHost(), cwd: folder };
  const { signal } = new AbortController();
  return mutationScore({ tool: "slug.ts", test: "slug.test.ts", host, signal });
}

describe("a mutation report", () => {
  const mutant = (status: string, line = 1) => ({
    id: `${status}${line}`,
    status,
    mutatorName: "StringLiteral",
    replacement: '""',
    location: { start: { line, column: 1 }, end: { line, column: 2 } },
  });

  test("counts what was noticed of what ran", () => {
    const all = [
      "Killed",
      "Timeout",
      "Survived",
      "NoCoverage",
      "CompileError",
      "RuntimeError",
      "Ignored",
    ];
    const mutants = all.map((status, index) => mutant(status, index + 1));
    const report = JSON.stringify({ files: { "a.ts": { mutants }, "b.ts": { mutants: [] } } });
    expect(readMutationReport(report)).toEqual({
      mutationScore: 0.5,
      noticed: 2,
      mutants: 4,
      survivors: [
        { line: 3, mutator: "StringLiteral", replacement: '""' },
        { line: 4, mutator: "StringLiteral", replacement: '""' },
      ],
    });
  });

  test("has no score where there is nothing to put a fault into", () => {
    expect(readMutationReport('{"files":{}}').mutationScore).toBeUndefined();
  });

  test.each(["", "[]", '{"files":3}'])("is not %j", (text) => {
    expect(() => readMutationReport(text)).toThrow('Failed to read "report of Stryker"');
  });
});

describe("the mutation score of a tool", () => {
  test("says what to install where Stryker is missing", async () => {
    using folder = project(TEST);
    const error = await failure(() => scored(folder.path));
    expect(
      error.report(),
    ).toBe(`Failed to mutate "tool": @stryker-mutator/core is not installed, and --strict needs it
Try: npm install --save-dev @stryker-mutator/core
Try: or leave --strict out`);
    expect(error.exitCode).toBe(2);
  });

  test("tells which faults no test notices", async () => {
    using folder = project(TEST);
    symlinkSync(modules, join(folder.path, "node_modules"));
    const { mutationScore: score, mutants, noticed, survivors } = await scored(folder.path);
    expect(mutants).toBeGreaterThan(4);
    expect(score).toBe(noticed / mutants);
    expect(score).toBeGreaterThan(0.5);
    // The test knows no text of three characters.
    expect(survivors).toContainEqual({
      line: 2,
      mutator: "EqualityOperator",
      replacement: "text.length >= 3",
    });
  }, 120_000);

  test("is not found where the test fails by itself", async () => {
    using folder = project(TEST.replace('"abcd"', '"other"'));
    symlinkSync(modules, join(folder.path, "node_modules"));
    const error = await failure(() => scored(folder.path));
    expect(error.report()).toContain("without a report");
    expect(error.report()).toContain("There were failed tests in the initial test run");
  }, 120_000);
});

test("what Stryker leaves behind where it is ended is gone", async () => {
  using folder = project(TEST);
  symlinkSync(modules, join(folder.path, "node_modules"));
  const own = nodeHost();
  const processes = {
    run: async ({ arguments: [, , config = ""] }: ProcessRequest) => {
      const { tempDirName } = JSON.parse(own.files.readText(config));
      mkdirSync(join(folder.path, tempDirName, "sandbox"), { recursive: true });
      throw new Error("SIGTERM");
    },
  };
  const host = { ...own, cwd: folder.path, processes };
  const { signal } = new AbortController();
  const scoring = mutationScore({ tool: "slug.ts", test: "slug.test.ts", host, signal });
  await expect(scoring).rejects.toThrow("SIGTERM");
  const files = ["node_modules", "package.json", "slug.test.ts", "slug.ts"];
  expect(readdirSync(folder.path).toSorted()).toEqual(files);
});
