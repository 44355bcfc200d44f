import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_EXIT_CODES } from "../../src/errors/codes.ts";
import { EFFECTS } from "../../src/functions/tool.ts";
import { repository } from "../support/cli.ts";
import { exportedNames, fieldsOf } from "../support/exported-names.ts";
import { PROGRAM_PAGES, programsOf, TYPED_PAGE } from "../support/page-programs.ts";
import { rowsBelow, tableBelow } from "../support/reference-table.ts";
import { usedExports } from "../support/shown-exports.ts";
import { partsOfExports } from "../support/type-parts.ts";

const text = (path: string) => readFileSync(resolve(repository, path), "utf8");
const keysBelow = (page: string, heading: string) =>
  tableBelow(text(page), heading).map(([key = ""]) => key);

describe("docs/reference.md", () => {
  const page = text("docs/reference.md");
  const exports = tableBelow(page, "## Exports");
  const parts = tableBelow(page, "## Parts of types").map(([name = "", of = ""]) => {
    return { name, of: of.replaceAll("`", "") };
  });

  test("has a line for every export and for nothing else", () => {
    const names = exportedNames("src/index.ts");
    expect(names.length).toBeGreaterThan(40);
    const documented = [...exports, ...parts.map(({ name }) => [name])].map(([name]) => name);
    expect(documented.toSorted()).toEqual(names.toSorted());
  });

  test("names the functions and classes that are there at run time", async () => {
    const values = Object.keys(await import("../../src/index.ts"));
    const said = exports.filter(([, is = ""]) => /^(function|class|record): /.test(is));
    expect(said.map(([name]) => name).toSorted()).toEqual(values.toSorted());
  });

  test("leads from every export to a page with a program that uses it", () => {
    const pages: readonly string[] = [...PROGRAM_PAGES, TYPED_PAGE];
    const missing = exports.filter(([name = ""], index) => {
      const [, link = ""] = /\]\(([^)#]*)/.exec(linksBelow(page, "## Exports")[index] ?? "") ?? [];
      const shown = `docs/${link}`;
      if (!pages.includes(shown)) return true;
      const programs = programsOf(shown).map((program) => program.text);
      return !usedExports(programs, "llm-do").has(name);
    });
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  test("says of every other type what it is a part of", () => {
    const wholes = partsOfExports(resolve(repository, "dist/types/index.d.ts"));
    const wrong = parts.filter(({ name, of }) => !wholes.get(of)?.has(name));
    expect(wrong).toEqual([]);
    const whole = new Map(parts.map(({ name, of }) => [name, of]));
    const shown = new Set(exports.map(([name]) => name));
    for (const { name } of parts) {
      let at: string | undefined = name;
      for (let steps = 0; at !== undefined && !shown.has(at) && steps < 9; steps++)
        at = whole.get(at);
      expect(shown, `what ${name} is a part of`).toContain(at);
    }
  });
});

/** The third cells of a table as they are written. */
function linksBelow(page: string, heading: string): readonly string[] {
  const section = page.slice(page.indexOf(`${heading}\n`));
  const rows = /(?:^\|.*\n)+/m.exec(section)?.[0].trim().split("\n").slice(2) ?? [];
  return rows.map((row) => row.split(/(?<!\\)\|/)[3] ?? "");
}

describe("the pages of the API", () => {
  test("have every field of a tool, of ctx and of a run", () => {
    const tools = "docs/tools.md";
    expect(keysBelow(tools, "## Tools")).toEqual(fieldsOf("src/functions/tool.ts", "ToolSpec"));
    const ctx = keysBelow(tools, "## `ctx`").map((field) => field.replace(/\(.*$/, ""));
    expect(ctx).toEqual(fieldsOf("src/functions/call-context.ts", "CallContext"));
    const taken = [
      ...fieldsOf("src/api/run-request.ts", "RunRequest"),
      ...fieldsOf("src/api/run-request.ts", "ProjectRunRequest"),
    ];
    expect(keysBelow("docs/runs.md", "## What a run takes").toSorted()).toEqual(taken.toSorted());
    const given = [
      ...fieldsOf("src/api/run-report.ts", "RunReport"),
      ...fieldsOf("src/runtime/state/run-record.ts", "RunFacts"),
    ];
    const documented = keysBelow("docs/runs.md", "## What a run comes to");
    expect(documented.toSorted()).toEqual(given.toSorted());
    const chat = keysBelow("docs/chat.md", "# History and chat");
    expect(chat.map((field) => field.replace(/\(.*$/, ""))).toEqual(
      fieldsOf("src/api/chat.ts", "Chat"),
    );
  });

  test("have every effect", () => {
    expect(keysBelow("docs/tools.md", "### Effects")).toEqual([...EFFECTS]);
  });

  test("have every error code with its exit code, and the codes with fields of their own", () => {
    const codes = Object.entries(ERROR_EXIT_CODES).map(([code, exit]) => [code, String(exit)]);
    const page = text("docs/errors.md");
    expect(tableBelow(page, "## Codes")).toEqual(codes);
    const rows = rowsBelow(page, "## Fields of a code");
    const kinds = [
      ...text("src/errors/codes.ts").matchAll(/^ {2}readonly "?([\w-]+)"?: (\w+Fields);$/gm),
    ];
    expect(rows.map(([code]) => code?.replaceAll("`", ""))).toEqual(kinds.map(([, code]) => code));
    for (const [, code = "", type = ""] of kinds) {
      const row = rows.find(([name]) => name === `\`${code}\``)?.[1];
      for (const field of fieldsOf("src/errors/codes.ts", type))
        expect(row).toContain(`\`${field}\``);
    }
  });

  test("have every kind of event with its fields", () => {
    const body =
      text("src/runtime/state/run-event.ts").split("export type RunEventBody =")[1] ?? "";
    const kinds = [...body.matchAll(/readonly kind: "([a-z-]+)"([^}]*)\}/g)].map(
      ([, kind = "", rest = ""]) => ({
        kind,
        fields: [...rest.matchAll(/readonly (\w+)\??:/g)].map(([, field = ""]) => field),
      }),
    );
    const events = tableBelow(text("docs/events.md"), "## Kinds");
    expect(events.map(([kind]) => kind)).toEqual(kinds.map(({ kind }) => kind));
    const documented = new Map(events.map(([kind = "", fields = ""]) => [kind, fields]));
    for (const { kind, fields } of kinds) {
      const named = [...(documented.get(kind) ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name);
      expect(named, kind).toEqual(fields);
    }
  });
});
