import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { WorkerFunction } from "../../src/functions/llm-function.ts";
import { jsonSchemaOf, validate } from "../../src/functions/schema.ts";
import { parseSet } from "../../src/worker/overrides.ts";
import { runCliHere } from "../support/cli-here.ts";
import { temporaryFolder } from "../support/host.ts";
import { load, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const SCHEMAS = `import { z } from "zod";
export const PitchInput = z.object({ idea: z.string() });
export const Review = z.strictObject({ stars: z.number() });
export const Line = z.string();
export const When = z.object({ at: z.date() });
export const notOne = { type: "object" };
`;

async function loadedWorker(
  files: Readonly<Record<string, string>>,
  passed: readonly string[] = ["main.worker"],
): Promise<WorkerFunction> {
  const { project, report } = await load(files, { files: passed });
  const worker = project?.space.get("main");
  if (worker?.kind !== "worker") throw new Error(report);
  return worker;
}

const outputOf = ({ output, name }: WorkerFunction) =>
  output && jsonSchemaOf(output, "input", name);
const inputOf = (worker: WorkerFunction) => jsonSchemaOf(worker.input, "input", worker.name);

describe("a schema of a worker", () => {
  test("may be written in the file", async () => {
    const main = workerFile(
      "input_schema:",
      "  type: object",
      "  properties: { idea: { type: string } }",
      "output_schema: { type: object, properties: { stars: { type: integer } } }",
    );
    const worker = await loadedWorker({ "main.worker": main });
    expect(inputOf(worker)).toEqual({ type: "object", properties: { idea: { type: "string" } } });
    expect(outputOf(worker)).toEqual({
      type: "object",
      properties: { stars: { type: "integer" } },
    });
    expect(await validate(worker.input, { idea: 1 })).toMatchObject({ kind: "invalid" });
  });

  test.each<[string, string, readonly string[]]>([
    ["a file beside the worker that nobody passed", "schemas.ts", ["main.worker"]],
    ["a passed code file", "schemas.ts", ["main.worker", "schemas.ts"]],
    ["a file by a path", "./schemas.ts", ["main.worker"]],
  ])("may be an export of %s", async (_what, module, passed) => {
    const main = workerFile(
      `input_schema: ${module}#PitchInput`,
      `output_schema: ${module}#Review`,
    );
    const worker = await loadedWorker({ "main.worker": main, "schemas.ts": SCHEMAS }, passed);
    expect(inputOf(worker)).toMatchObject({ properties: { idea: { type: "string" } } });
    expect(outputOf(worker)).toEqual({
      type: "object",
      properties: { stars: { type: "number" } },
      required: ["stars"],
      additionalProperties: false,
    });
  });

  test("is looked for beside its worker, not in the project's folder", async () => {
    const worker = await loadedWorker(
      {
        "first.worker": workerFile("name: first", "entry: true"),
        "deep/main.worker": workerFile("output_schema: ../shared/schemas.ts#Line"),
        "shared/schemas.ts": SCHEMAS,
      },
      ["first.worker", "deep/main.worker"],
    );
    expect(outputOf(worker)).toEqual({ type: "string" });
  });

  test("is the tool schema of the worker in its caller's hands", async () => {
    const files = {
      "main.worker": workerFile("toolsets: [writer]"),
      "writer.worker": workerFile("input_schema: schemas.ts#PitchInput"),
      "schemas.ts": SCHEMAS,
    };
    const worker = await loadedWorker(files, ["main.worker", "writer.worker"]);
    expect(worker.functions.get("writer")?.inputSchema).toMatchObject({ required: ["idea"] });
  });

  test("may be set for one run", async () => {
    const files = { "main.worker": workerFile(), "schemas.ts": SCHEMAS };
    const { project, report } = await load(files, {
      files: ["main.worker"],
      overrides: [parseSet("output_schema=schemas.ts#Line")],
    });
    if (project?.entry.kind !== "worker") throw new Error(report);
    expect(outputOf(project.entry)).toEqual({ type: "string" });
  });
});

describe("a schema that leads to nothing is an error with its place", () => {
  test.each<[string, string, string]>([
    [
      "a file that is missing",
      "input_schema: other.ts#PitchInput",
      `"input_schema": there is no file other.ts
  at main.worker:2:15
Try: write the path relative to the worker's file`,
    ],
    [
      "a folder",
      "input_schema: ./folder#PitchInput",
      `"input_schema": folder is a directory
  at main.worker:2:15
Try: write the path relative to the worker's file`,
    ],
    [
      "a misspelt export",
      "output_schema: schemas.ts#Reviw",
      `"output_schema": schemas.ts has no export "Reviw"; it has Line, PitchInput, Review, When
  at main.worker:2:16
Try: write "schemas.ts#Review"`,
    ],
    [
      "an export of a file without schemas",
      "output_schema: empty.ts#Review",
      `"output_schema": empty.ts has no export "Review"; it exports no schema
  at main.worker:2:16
Try: export it there, or correct the name`,
    ],
    [
      "an export that is no schema",
      "output_schema: schemas.ts#notOne",
      `"output_schema": "notOne" of schemas.ts is not a schema
  at main.worker:2:16
Try: export what implements Standard Schema and Standard JSON Schema, such as a schema of zod 4.2 or later`,
    ],
    [
      "an input that is no object",
      "input_schema: schemas.ts#Line",
      `"input_schema": it must describe an object, not "string"
  at main.worker:2:15
Try: make it an object with the value as one of its properties`,
    ],
    [
      "a schema that JSON Schema cannot express",
      "output_schema: schemas.ts#When",
      `"output_schema": its input schema cannot be expressed in JSON Schema: Date cannot be represented in JSON Schema
  at main.worker:2:16
Try: use types that JSON has: strings, numbers, booleans, lists, objects`,
    ],
    [
      "a part that values cannot be held to",
      "output_schema: { type: object, properties: { a: { nullable: true , type: string } } }",
      `"output_schema.properties.a.nullable" is not supported
  at main.worker:2:16
Try: write "null" beside the type: type: [string, "null"]`,
    ],
  ])("%s", async (_what, line, expected) => {
    const { report } = await load(
      {
        "main.worker": workerFile(line),
        "schemas.ts": SCHEMAS,
        "empty.ts": "export const a = 1;\n",
        "folder/a.ts": "",
      },
      { files: ["main.worker"] },
    );
    expect(report).toBe(`Failed to load "main.worker": ${expected}`);
  });

  test("a file that does not load", async () => {
    const { report } = await load(
      {
        "main.worker": workerFile("input_schema: broken.ts#A"),
        "broken.ts": 'export const A = 1;\nthrow new Error("boom");\n',
      },
      { files: ["main.worker"] },
    );
    expect(report).toContain("it threw: boom");
    expect(report).toContain("broken.ts:2");
  });
});

describe("on the command line", () => {
  const FILES = {
    "schemas.ts": SCHEMAS,
    "main.worker": workerFile(
      "model: anthropic:claude-haiku-4-5",
      "input_schema: schemas.ts#PitchInput",
      "output_schema: pitches/schemas#Review",
    ),
    "script.yaml": `- when: { contains: '"idea": "Rain"' }\n  text: '{"stars": 4}'\n`,
    "node_modules/pitches/package.json":
      '{ "name": "pitches", "type": "module", "exports": { "./schemas": { "import": "./s.js" } } }',
    "node_modules/pitches/s.js":
      'import { z } from "zod";\nexport const Review = z.object({ stars: z.number() });\n',
  };

  function project(files: Readonly<Record<string, string>> = {}) {
    const folder = temporaryFolder();
    writeFiles(folder.path, { ...FILES, ...files });
    return folder;
  }

  const run = ["main.worker", "--script", "script.yaml"];

  test("a prompt in JSON is the input, and the value is printed as JSON", async () => {
    using folder = project();
    const result = await runCliHere([...run, '{"idea": "Rain"}'], { cwd: folder.path });
    expect(result).toEqual({ code: 0, stdout: '{\n  "stars": 4\n}\n', stderr: "" });
  });

  test("a prompt that does not fit fails the run", async () => {
    using folder = project();
    for (const prompt of ["Rain", "{ Rain", '["Rain"]']) {
      const { code, stderr } = await runCliHere([...run, prompt], { cwd: folder.path });
      expect(code).toBe(1);
      expect(stderr).toContain('Failed to call "main": its input does not fit');
    }
  });

  test("a worker that takes one text takes a prompt that looks like JSON as it is", async () => {
    using folder = project({
      "main.worker": workerFile("model: test"),
      "script.yaml": `- when: { contains: '{"input": "Rain"}' }\n  text: Yes.\n`,
    });
    const result = await runCliHere([...run, '{"input": "Rain"}'], { cwd: folder.path });
    expect(result).toMatchObject({ code: 0, stdout: "Yes.\n" });
  });

  test("a package that is not there is an error with its place", async () => {
    using folder = project({
      "main.worker": workerFile("model: test", "output_schema: no-such-package#Review"),
    });
    const { code, stderr } = await runCliHere([...run, "Go."], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain('"output_schema": the package "no-such-package" cannot be imported');
    expect(stderr).toContain("main.worker:3:16");
  });

  test("what was repaired is recorded, and replays to the same bytes", async () => {
    using folder = project({ "script.yaml": `- four\n- '{"stars": 4}'\n` });
    const recorded = await runCliHere(
      [...run, '{"idea": "Rain"}', "--cassette", join("cassettes", "main.yaml")],
      { cwd: folder.path },
    );
    expect(recorded.code).toBe(0);
    expect(recorded.stderr).toContain("main is asked again");
    const replayed = await runCliHere(
      ["main.worker", '{"idea": "Rain"}', "--cassette", "cassettes/main.yaml", "--mode", "replay"],
      { cwd: folder.path },
    );
    expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
    expect(replayed.stderr).toContain("served 2, live 0, missed 0, unused 0");
  });
});
