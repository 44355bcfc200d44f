import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { repository } from "../support/cli.ts";
import { blocksOf } from "../support/console-blocks.ts";
import { exportedNames, fieldsOf } from "../support/exported-names.ts";
import { installedProject, runLlmDoTest, runVitest } from "../support/installed-project.ts";
import { tableBelow } from "../support/reference-table.ts";
import { usedExports } from "../support/shown-exports.ts";
import { partsOfExports } from "../support/type-parts.ts";

const GUIDE = "docs/testing/typescript.md";
const REFERENCE = "docs/testing/reference.md";
const text = (path: string) => readFileSync(resolve(repository, path), "utf8");
const page = text(REFERENCE);
const exportsPage = text("docs/testing/exports.md");
const keysOf = (markdown: string, heading: string) =>
  tableBelow(markdown, heading).map(([key = ""]) => key);
const keysBelow = (heading: string) => keysOf(page, heading);

/** The files of the project that both pages show. */
const files = [GUIDE, REFERENCE].flatMap(blocksOf).flatMap(({ text }): [string, string][] => {
  const name = /^(?:\/\/|#) (\S+)\n/.exec(text)?.[1];
  return name === undefined ? [] : [[name, text.replace(/^# .*\n/, "")]];
});

describe("docs/testing/exports.md", () => {
  test.each([
    ["## Exports of `llm-do/testing`", "src/testing/index.ts", "### Parts of types for tests"],
    ["## Exports of `llm-do/vitest`", "src/testing/vitest/index.ts", undefined],
  ])("%s has a line for every export and for nothing else", async (heading, path, parts) => {
    const names = exportedNames(path);
    expect(names.length).toBeGreaterThan(5);
    const ofParts = parts === undefined ? [] : keysOf(exportsPage, parts);
    expect([...keysOf(exportsPage, heading), ...ofParts].toSorted()).toEqual(names.toSorted());
    const values = Object.keys(await import(resolve(repository, path)));
    const documented = tableBelow(exportsPage, heading);
    const shown = documented.filter(([, is = ""]) => /^(function|class): /.test(is));
    expect(shown.map(([name]) => name).toSorted()).toEqual(values.toSorted());
  });

  test.each(["llm-do/testing", "llm-do/vitest"])("has a test that uses each of %s", (module) => {
    const used = usedExports(
      files.map(([, text]) => text),
      module,
    );
    const exports = keysOf(exportsPage, `## Exports of \`${module}\``);
    expect(exports.filter((name) => !used.has(name))).toEqual([]);
  });

  test("says of every other type what it is a part of", () => {
    const wholes = partsOfExports(resolve(repository, "dist/types/testing/index.d.ts"));
    const parts = tableBelow(exportsPage, "### Parts of types for tests");
    const wrong = parts.filter(
      ([name = "", of = ""]) => !wholes.get(of.replaceAll("`", ""))?.has(name),
    );
    expect(wrong).toEqual([]);
  });
});

describe(REFERENCE, () => {
  test("has every field of what runTest takes and gives", () => {
    const options = fieldsOf("src/testing/api/test-options.ts", "TestOptions");
    const own = fieldsOf("src/testing/api/run-test.ts", "RunTestRequest");
    expect(keysBelow("## `runTest`")).toEqual([...own, ...options]);
    const run = fieldsOf("src/testing/run/case-run.ts", "CaseRun");
    expect(keysBelow("It resolves to the run, with all that it did:").toSorted()).toEqual(
      [...run, ...fieldsOf("src/testing/api/test-options.ts", "TestRun")].toSorted(),
    );
  });

  test("has every matcher and every fixture", () => {
    const matchers = readFileSync(
      resolve(repository, "src/testing/vitest/matchers/matcher-types.ts"),
      "utf8",
    );
    const names = [...matchers.matchAll(/^ {4}(to\w+): OfRun/gm)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(5);
    const documented = keysBelow("## Matchers").map((key) => key.replace(/\(.*$/, ""));
    expect(documented).toEqual(names);
    const fixtures = fieldsOf("src/testing/vitest/fixtures/fixtures.ts", "LlmDoFixtures");
    expect(keysBelow("## Fixtures")).toEqual(fixtures);
  });
});

/** Starting vitest takes seconds. */
describe("the project on the pages", { timeout: 120_000 }, () => {
  const project = () =>
    installedProject({ "package.json": '{ "type": "module" }\n', ...Object.fromEntries(files) });

  test("passes its tests, and records and replays", async () => {
    await using server = await anthropicServer([
      { kind: "tool-call", name: "add", input: { a: 2, b: 3 } },
      { kind: "text", text: "It is 5." },
    ]);
    using folder = project();
    const env = { ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: server.url };
    expect(await runLlmDoTest(folder.path, ["--mode", "auto"], env)).toMatchObject({ code: 0 });
    expect(server.requests).toHaveLength(2);
    const cassette = "cassettes/recorded.test/adds-what-it-is-asked.yaml";
    expect(existsSync(join(folder.path, cassette))).toBe(true);
    const replayed = await runVitest(folder.path);
    expect(replayed).toMatchObject({ code: 0 });
    expect(replayed.stdout).toContain("Tests  12 passed");
  });

  test("has the types that it claims", () => {
    using folder = project();
    const compilerOptions = { paths: {}, typeRoots: [join(repository, "node_modules/@types")] };
    const config = {
      extends: resolve(repository, "tsconfig.json"),
      compilerOptions,
      include: ["*.ts"],
    };
    writeFileSync(join(folder.path, "tsconfig.json"), JSON.stringify(config));
    const manifest = fileURLToPath(import.meta.resolve("typescript/package.json"));
    const tsc = resolve(manifest, "../bin/tsc");
    const options = { cwd: folder.path, encoding: "utf8" } as const;
    expect(spawnSync(process.execPath, [tsc, "-p", folder.path], options).stdout).toBe("");
  });
});
