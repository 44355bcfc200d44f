import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_EXIT_CODES } from "../../src/errors/codes.ts";
import { EFFECTS } from "../../src/functions/tool.ts";
import { repository } from "../support/cli.ts";
import { exportedNames, fieldsOf } from "../support/exported-names.ts";
import { describePrograms } from "../support/page-programs.ts";
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

describePrograms([PAGE]);
