import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { deckExamples, decks } from "../../scripts/example-files/decks.ts";
import { slidePdf } from "../../scripts/example-files/slide-pdf.ts";
import { repository } from "../support/cli.ts";
import { prepareFolder } from "../support/console-blocks.ts";
import { readExample, runShown } from "../support/examples.ts";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

const [prompts, hardened, codeEntry] = deckExamples;
const folder = temporaryFolder();
const env = prepareFolder(folder.path);
afterAll(() => folder[Symbol.dispose]());

const fileOf = (example: string, name: string) =>
  readFileSync(resolve(repository, "examples", example, name), "utf8");

interface CassetteEntry {
  readonly exchange?: string;
  readonly decision?: string;
  readonly call?: string;
  readonly response?: readonly { readonly text?: string }[];
}

function entriesOf(example: string): readonly CassetteEntry[] {
  const path = resolve(repository, readExample(example).cassette);
  const [, ...entries] = parseAllDocuments(readFileSync(path, "utf8"));
  return entries.map((entry) => entry.toJS() as CassetteEntry); // the bundled format
}

/** The figures of the table in the READMEs, in the order of its rows. */
function figuresOf(example: string): readonly number[] {
  const entries = entriesOf(example);
  const exchanges = entries.filter(({ exchange }) => exchange !== undefined);
  const judging = exchanges.filter(({ call }) => call?.includes("/pitch_evaluator"));
  const evaluations = judging.map(({ response }) => response?.[0]?.text ?? "");
  const written = evaluations.map((evaluation) => {
    const inJson = JSON.stringify(evaluation).slice(1, -1);
    return exchanges.filter(({ response }) => JSON.stringify(response).includes(inJson)).length;
  });
  expect(evaluations).toHaveLength(Object.keys(decks).length);
  expect(new Set(written).size).toBe(1);
  return [
    exchanges.length,
    exchanges.length - judging.length,
    entries.filter(({ decision }) => decision !== undefined).length,
    written[0] ?? 0,
  ];
}

describe.each(deckExamples)("the example %s", (example) => {
  test("has the decks that the script makes, and no others", () => {
    const path = resolve(repository, "examples", example, "decks");
    expect(readdirSync(path).toSorted()).toEqual(Object.keys(decks).toSorted());
    for (const [name, deck] of Object.entries(decks)) {
      expect(readFileSync(join(path, name))).toEqual(Buffer.from(slidePdf(deck)));
    }
  });

  test("has the evaluator of the first grade", () => {
    const name = "pitch_evaluator.worker";
    expect(fileOf(example, name)).toBe(fileOf(prompts, name));
  });

  test("shows figures that are those of the cassettes", () => {
    const [, , ...rows] = fileOf(example, "README.md").match(/^\|.*\|$/gm) ?? [];
    const shown = rows.map((row) => row.split("|").slice(2, -1).map(Number));
    const [first, second, third] = [prompts, hardened, codeEntry].map(figuresOf);
    expect(shown).toEqual(first?.map((figure, row) => [figure, second?.[row], third?.[row]]));
  });

  test("writes the evaluations that the first grade writes", async () => {
    const evaluations = async (name: string) => {
      const path = join(folder.path, "examples", name, "evaluations");
      rmSync(path, { recursive: true, force: true });
      await runShown(readExample(name).command, { cwd: folder.path, env });
      return readdirSync(path).map((file) => [file, readFileSync(join(path, file), "utf8")]);
    };
    const written = await evaluations(example);
    expect(written).toHaveLength(Object.keys(decks).length);
    expect(written).toEqual(await evaluations(prompts));
  });
});

test("the tools of the second grade are those of the third", () => {
  expect(fileOf(codeEntry, "tools.ts")).toBe(fileOf(hardened, "tools.ts"));
});

/** Runs a function of the second grade by itself, in a project with these decks. */
function runTool(name: string, { input = {}, files = ["a.pdf"] }: ToolRun): Promise<string> {
  const project = join(folder.path, name);
  rmSync(project, { recursive: true, force: true });
  const given = Object.fromEntries(files.map((file) => [`decks/${file}`, "%PDF"]));
  writeFiles(project, { ...given, "tools.ts": fileOf(hardened, "tools.ts") });
  const words = `npx llm-do ${name}/tools.ts --entry ${name} '${JSON.stringify(input)}'`;
  return runShown(`${words} 2>&1 || echo "exit code $?"`, { cwd: folder.path, env });
}

interface ToolRun {
  readonly input?: unknown;
  readonly files?: readonly string[];
}

describe("the tools of the second grade, without a model", () => {
  test("list PDFs only, each under a name of its own", async () => {
    const files = ["deck 1.pdf", "Deck (1).PDF", "提案.pdf", "Über uns.pdf", "notes.txt", "pdf"];
    expect(JSON.parse(await runTool("list_decks", { files }))).toEqual([
      { path: "decks/Deck (1).PDF", name: "deck-1" },
      { path: "decks/deck 1.pdf", name: "deck-1-2" },
      { path: "decks/Über uns.pdf", name: "uber-uns" },
      { path: "decks/提案.pdf", name: "deck" },
    ]);
  });

  test("name no two decks alike, also where a number is in the way", async () => {
    const listed = await runTool("list_decks", { files: ["a!.pdf", "a-2.pdf", "a.pdf"] });
    expect(JSON.parse(listed).map(({ name }: { name: string }) => name)).toEqual([
      "a",
      "a-2",
      "a-3",
    ]);
  });

  test("save an evaluation under its name", async () => {
    const input = { name: "tidewatt", evaluation: "# Tidewatt\n" };
    expect(await runTool("save_evaluation", { input })).toBe("evaluations/tidewatt.md\n");
    const path = join(folder.path, "save_evaluation/evaluations/tidewatt.md");
    expect(readFileSync(path, "utf8")).toBe("# Tidewatt\n");
  });

  test.each(["../main", "a/b", "/tmp/x", ".hidden", "", "a--b"])(
    "save nothing as %j",
    async (name) => {
      const told = await runTool("save_evaluation", { input: { name, evaluation: "x" } });
      expect(told).toMatch(/its input does not fit: name: must be a name that list_decks gave/);
      expect(told).toMatch(/exit code 1\n$/);
      expect(readdirSync(join(folder.path, "save_evaluation"))).toEqual(["decks", "tools.ts"]);
    },
  );
});

test("the code entry refuses a prompt, which it could only pass over", async () => {
  const { command } = readExample(codeEntry);
  const told = `${command.replace("< /dev/null", '"Only the French ones."')} 2>&1 || true`;
  expect(await runShown(told, { cwd: folder.path, env })).toContain(
    'Failed to call "main": its input does not fit',
  );
});

test("the code entry asks for one evaluation of each deck and saves it to the letter", async () => {
  const files = ["main.ts", "tools.ts", "pitch_evaluator.worker"];
  const project = join(folder.path, "other_decks");
  writeFiles(project, {
    ...Object.fromEntries(files.map((name) => [name, fileOf(codeEntry, name)])),
    "decks/One.pdf": "%PDF one",
    "decks/Two.pdf": "%PDF two",
    "answers.yaml": [
      '- { when: { contains: Two.pdf }, text: "# Two\\n\\nVerdict: wait\\n" }',
      '- { when: { contains: One.pdf }, text: "no verdict here  " }',
    ].join("\n"),
  });
  const named = files.map((name) => `other_decks/${name}`).join(" ");
  const command = `npx llm-do ${named} --script other_decks/answers.yaml --headless < /dev/null`;
  expect(await runShown(command, { cwd: folder.path, env })).toBe(
    "evaluations/one.md: no verdict\nevaluations/two.md: wait\n",
  );
  const saved = (name: string) => readFileSync(join(project, "evaluations", name), "utf8");
  expect([saved("one.md"), saved("two.md")]).toEqual([
    "no verdict here  ",
    "# Two\n\nVerdict: wait\n",
  ]);
});
