import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeHost } from "../../src/host/node-host.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import { type CaseSettings, runCase } from "../../src/testing/cases/run/run-case.ts";
import { MEMORY } from "../mcp/mcp-project.ts";
import { caseProject, failed } from "../support/cases.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { isToldResult, type ModelServer, modelServer } from "../support/model-server.ts";
import { PromotedProject } from "../support/promoted-project.ts";

const TIMEOUT_MS = 60_000;

const MODES = ["auto", "record"] as const;

describe("a tool of a published MCP server", { timeout: TIMEOUT_MS }, () => {
  const remembering = (name: string): ModelServer["answer"] => {
    const entity = { name, entityType: "person", observations: ["likes tea"] };
    return (asked) =>
      isToldResult(asked)
        ? ["Noted."]
        : [{ tool: "create_entities", input: { entities: [entity] } }];
  };
  const worker = (memory: string, how: string) => `---
model: anthropic:claude-haiku-4-5
toolsets:
  mcp:
    command: ${JSON.stringify(process.execPath)}
    args: [${JSON.stringify(MEMORY)}]
    env: { MEMORY_FILE_PATH: ${JSON.stringify(memory)} }
    tools: [create_entities]
    _approval_config: { create_entities: { pre_approved: true } }
---
Remember people ${how}.
`;
  const cases = "cases:\n  - { name: one, input: Ada likes tea. }\n";

  test.each(MODES)("is not called while a case is recorded anew (%s)", async (mode) => {
    await using model = await modelServer(remembering("Ada"));
    using project = caseProject({});
    const memory = join(project.path, "memory.json");
    const host = {
      ...nodeHost(),
      cwd: project.path,
      env: { ...process.env, ...model.env, CI: "" },
    };
    const run = (settings: Partial<CaseSettings>) => project.run(cases, { host, ...settings });
    const edit = (how: string) =>
      host.files.write(join(project.path, "main.worker"), worker(memory, how));
    edit("politely");
    const first = await run({ mode: "record" });
    expect([failed(first), first.performed]).toEqual([
      [],
      [
        { tool: "mcp:list", times: 1 },
        { tool: "create_entities", times: 1 },
      ],
    ]);
    expect(readFileSync(memory, "utf8")).toContain("Ada");

    rmSync(memory); // what is done again would make it again
    edit("kindly");
    expect(failed(await run({ mode }))).toEqual([]);
    expect(failed(await run({ mode: "replay" }))).toEqual([]);
    const cassette = readFileSync(join(project.path, "cassettes/main/one.yaml"), "utf8");

    edit("briefly");
    model.answer = remembering("Grace");
    const [failure, ...others] = failed(await run({ mode }));
    expect(others).toEqual([]);
    expect(failure).toMatch(/Failed to record "create_entities": the call was not made/);
    expect(failure).toContain("differs at: input.entities[0].name\n    [-Ada-]{+Grace+}");
    expect(existsSync(memory)).toBe(false);
    expect(readFileSync(join(project.path, "cassettes/main/one.yaml"), "utf8")).toBe(cassette);
  });
});

describe("a hardened function", { timeout: TIMEOUT_MS }, () => {
  const CASES = `
files: [desk.worker, from_name.worker, pay.ts]
entry: desk
cases:
  - { name: one, input: Who wrote? }
`;
  const desk = (how: string) => `---
name: desk
model: anthropic:claude-haiku-4-5
toolsets: { from_name: {} }
---
Ask for the name ${how}.
`;
  const pay = codeFile(
    'import { appendFileSync } from "node:fs";',
    "export const pay = toolset({ note: tool({",
    '  description: "Write it down.",',
    "  input: z.object({ header: z.string() }),",
    '  effect: "external",',
    "  run: ({ header }) => {",
    '    appendFileSync(import.meta.dirname + "/log.txt", header + "\\n");',
    '    return "noted";',
    "  },",
    "}) });",
  );
  const FROM_NAME = workerFile(
    "model: anthropic:claude-haiku-4-5",
    "toolsets: { pay: { _approval_config: { note: { pre_approved: true } } } }",
  );

  /** The desk asks for the name in a header; the prompt of `from_name` notes the header, then answers. */
  const asking =
    (header: string, noted = header): ModelServer["answer"] =>
    (asked) => {
      const isDesk = asked.system.includes("Ask for the name");
      if (isToldResult(asked)) return [isDesk ? "It was that one." : "Two senders"];
      return isDesk
        ? [{ tool: "from_name", input: { input: header } }]
        : [{ tool: "note", input: { header: noted } }];
    };

  async function hardenedProject(): Promise<PromotedProject> {
    const project = await PromotedProject.make();
    project.write("mail/pay.ts", pay);
    project.write("mail/from_name.worker", FROM_NAME);
    const headers = Array.from({ length: 60 }, (_, n) => `Name ${n} <n${n}@example.org>`);
    rmSync(project.path("mail/cassettes/names.yaml"));
    await project.run(headers, {
      files: ["main.ts", "from_name.worker", "pay.ts"].map((name) => project.path(`mail/${name}`)),
      script: project.path("answers.yaml"),
      cassette: { path: project.path("mail/cassettes/names.yaml"), mode: "record" },
    });
    await project.compare(0.5, ["mail/pay.ts"]);
    await project.promote({ mode: "code", with: ["mail/pay.ts"] });
    return project;
  }

  /** Runs the case of the desk in a mode, with a model that plays all workers. */
  function caseOf(project: PromotedProject, { env }: ModelServer) {
    const [one] = parseCases(CASES, project.path("mail/desk.cases.yaml")).cases;
    if (!one) throw new TypeError("a file without cases");
    const { clock, processes } = nodeHost();
    const host = { ...project.host, clock, processes, env };
    return (mode: CaseSettings["mode"]) =>
      runCase(one, { mode, allowUnused: false, host, rerecord: "" });
  }

  const log = (project: PromotedProject) => {
    const path = project.path("mail/log.txt");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };

  test.each(MODES)("whose prompt answers has no effect anew (%s)", async (mode) => {
    await using model = await modelServer(asking("a <a@b.c>, d <e@f.g>"));
    using project = await hardenedProject();
    const run = caseOf(project, model);
    project.write("mail/desk.worker", desk("politely"));

    // Code declines several senders, so that the prompt is asked, and its tool runs.
    expect(failed(await run("record"))).toEqual([]);
    expect(log(project)).toBe("a <a@b.c>, d <e@f.g>\n");

    // An input that code answers has no effects at all.
    project.write("mail/desk.worker", desk("kindly"));
    model.answer = asking("Ada <ada@example.org>");
    expect(failed(await run(mode)).filter((line) => !line.startsWith("unused"))).toEqual([]);
    expect(log(project)).toBe("a <a@b.c>, d <e@f.g>\n");
  });

  test.each(MODES)("whose prompt is asked something else stops the case (%s)", async (mode) => {
    await using model = await modelServer(asking("a <a@b.c>, d <e@f.g>"));
    using project = await hardenedProject();
    const run = caseOf(project, model);
    project.write("mail/desk.worker", desk("politely"));
    expect(failed(await run("record"))).toEqual([]);
    project.write("mail/desk.worker", desk("kindly"));
    model.answer = asking("x <x@y.z>, d <e@f.g>");
    const [failure] = failed(await run(mode));
    expect(failure).toMatch(/Failed to record "note": the call was not made/);
    expect(log(project)).toBe("a <a@b.c>, d <e@f.g>\n");
  });
});
