import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { ERROR_EXIT_CODES } from "../../src/errors/codes.ts";
import { EFFECTS } from "../../src/functions/tool.ts";
import { repository } from "../support/cli.ts";
import { blocksOf } from "../support/console-blocks.ts";
import { exportedNames, fieldsOf } from "../support/exported-names.ts";
import { tableBelow } from "../support/reference-table.ts";

const PAGE = "docs/reference.md";
const text = (path: string) => readFileSync(resolve(repository, path), "utf8");
const page = text(PAGE);
const keysBelow = (heading: string) => tableBelow(page, heading).map(([key = ""]) => key);

describe("docs/reference.md", () => {
  test("has a line for every export and for nothing else", () => {
    const names = exportedNames("src/index.ts");
    expect(names.length).toBeGreaterThan(40);
    const documented = [...keysBelow("## Exports"), ...keysBelow("### Parts of types")];
    expect(documented.toSorted()).toEqual(names.toSorted());
  });

  test("names the functions and classes that are there at run time", async () => {
    const values = Object.keys(await import("../../src/index.ts"));
    const kinds = new Map(tableBelow(page, "## Exports").map(([name = "", is = ""]) => [name, is]));
    for (const name of values) expect(kinds.get(name)).toMatch(/^(function|class|record): /);
    for (const [name, is] of kinds) {
      if (/^(function|class|record): /.test(is)) expect(values).toContain(name);
    }
  });

  test("has every field of a tool, of ctx and of a run", () => {
    expect(keysBelow("## Tools")).toEqual(fieldsOf("src/functions/tool.ts", "ToolSpec"));
    const ctx = keysBelow("## `ctx`").map((field) => field.replace(/\(.*$/, ""));
    expect(ctx).toEqual(fieldsOf("src/functions/call-context.ts", "CallContext"));
    const fields = [
      ...fieldsOf("src/api/run-request.ts", "RunRequest"),
      ...fieldsOf("src/api/run-request.ts", "ProjectRunRequest"),
    ];
    expect(keysBelow("## Running a project from code")).toEqual(fields);
  });

  test("has every effect", () => {
    expect(keysBelow("### Effects")).toEqual([...EFFECTS]);
  });

  test("has every error code with its exit code", () => {
    const codes = Object.entries(ERROR_EXIT_CODES).map(([code, exit]) => [code, String(exit)]);
    expect(tableBelow(page, "## Errors")).toEqual(codes);
  });

  test("has every kind of event with its fields", () => {
    const body =
      text("src/runtime/state/run-event.ts").split("export type RunEventBody =")[1] ?? "";
    const kinds = [...body.matchAll(/readonly kind: "([a-z-]+)"([^}]*)\}/g)].map(
      ([, kind = "", rest = ""]) => ({
        kind,
        fields: [...rest.matchAll(/readonly (\w+)\??:/g)].map(([, field = ""]) => field),
      }),
    );
    expect(keysBelow("## Events")).toEqual(kinds.map(({ kind }) => kind));
    const documented = new Map(
      tableBelow(page, "## Events").map(([kind = "", fields = ""]) => [kind, fields]),
    );
    for (const { kind, fields } of kinds) {
      const named = [...(documented.get(kind) ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name);
      expect(named, kind).toEqual(fields);
    }
  });
});

describe("the program on the page", () => {
  // Inside the repository, so that "llm-do" and "zod" are what a reader would get.
  mkdirSync(resolve(repository, ".llm-do"), { recursive: true });
  const folder = mkdtempSync(resolve(repository, ".llm-do/reference-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const blocks = blocksOf(PAGE).filter(({ language }) => language === "ts");
  const files = blocks.map((block) => {
    const name = /^\/\/ (\S+\.ts)\n/.exec(block.text)?.[1];
    if (name === undefined) throw new Error(`${PAGE}:${block.line}: expected // name.ts`);
    writeFileSync(join(folder, name), block.text);
    return { name, code: block.text };
  });

  test("has the types that it claims", () => {
    const config = { extends: "../../tsconfig.json", include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const manifest = fileURLToPath(import.meta.resolve("typescript/package.json"));
    const tsc = resolve(manifest, "../bin/tsc");
    const check = () => execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    expect(check()).toBe("");
  });

  test.each(files)("$name prints what it says", ({ name, code }) => {
    const said = [...code.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line]) => `${line}\n`);
    const printed = execFileSync(process.execPath, [join(folder, name)], {
      cwd: repository,
      env: { PATH: process.env["PATH"] ?? "" },
      encoding: "utf8",
    });
    expect(printed).toBe(said.join(""));
  });
});
