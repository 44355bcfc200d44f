import { describe, expect, test } from "vitest";
import { ComparedProject, type RanMain, slugTool, titles } from "../support/compared-project.ts";

const TITLES = titles(30);

interface Bad {
  readonly files?: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

async function runWith({ files = {}, argv }: Bad): Promise<RanMain> {
  using project = new ComparedProject();
  await project.record({ inputs: TITLES });
  project.write(files);
  return await project.run(["compare", ...argv]);
}

const NORMAL = ["slug.worker", "slug.ts#slug"];

describe("a comparison that cannot be made says why", () => {
  test.each<[string, Bad, number, string]>([
    [
      "a tool that is not there",
      { argv: ["slug.worker", "slug.ts#slag"] },
      2,
      'slug.ts has no tool "slag"; it has slug',
    ],
    [
      "a file without a tool's name",
      { argv: ["slug.worker", "slug.ts"] },
      2,
      "Try: name the export, too: slug.ts#tool",
    ],
    [
      "a file that is not there",
      { argv: ["slug.worker", "none.ts#slug"] },
      2,
      "there is no such file",
    ],
    ["a worker that is none", { argv: ["slug.ts", "slug.ts#slug"] }, 2, "it is not a .worker file"],
    [
      "a tool with effects",
      {
        files: { "local.ts": slugTool("input").replace('"pure"', '"local"') },
        argv: ["slug.worker", "local.ts#slug"],
      },
      2,
      'its effect is "local", and only a "pure" tool can stand in for a prompt',
    ],
    [
      "a tool that takes none of the inputs",
      {
        files: { "other.ts": slugTool("input").replace("input: z.string()", "title: z.string()") },
        argv: ["slug.worker", "other.ts#slug"],
      },
      2,
      "it takes none of the recorded inputs: title: Invalid input",
    ],
    [
      "outputs that cannot be compared",
      {
        files: { "objects.ts": slugTool("({ slug: input })") },
        argv: ["slug.worker", "objects.ts#slug"],
      },
      2,
      "none of its outputs can be compared: the prompt answers with a text, and the tool with an object",
    ],
    [
      "a tool that always hangs",
      {
        files: { "hangs.ts": slugTool("new Promise(() => {})") },
        argv: ["slug.worker", "hangs.ts#slug", "--timeout", "20"],
      },
      1,
      "10 of the first 10 of 30 inputs took too long",
    ],
    [
      "a claim of everything",
      { argv: [...NORMAL, "--claim", "1"] },
      2,
      "it must be above 0 and below 1, not 1",
    ],
    [
      "a claim in percent",
      { argv: [...NORMAL, "--claim", "98"] },
      2,
      "write a share, as in 0.98 for 98 %",
    ],
    [
      "a claim that is no number",
      { argv: [...NORMAL, "--claim", "most"] },
      2,
      "It must be a number",
    ],
    [
      "recordings that are not there",
      { argv: [...NORMAL, "--recordings", "none"] },
      2,
      "there is no such file or folder",
    ],
    [
      "a recording that is no cassette",
      { files: { "notes.yaml": "notes: 1\n" }, argv: [...NORMAL, "--recordings", "notes.yaml"] },
      3,
      "it is not a cassette",
    ],
    [
      "a damaged ledger",
      {
        files: { "hardening/slug/split.lock.json": '{ "split": 1, "worker": "slug" }' },
        argv: NORMAL,
      },
      2,
      "without its looks a claim is too bold",
    ],
    [
      "another worker's ledger",
      {
        files: {
          "hardening/slug/split.lock.json": '{ "split": 1, "worker": "other", "looks": [] }',
        },
        argv: NORMAL,
      },
      2,
      'it is about the worker "other", not "slug"',
    ],
    [
      "a comparator that is none",
      { files: { "c.yaml": "fuzzy\n" }, argv: [...NORMAL, "--comparator", "c.yaml"] },
      2,
      "c.yaml:1:1",
    ],
    [
      "a comparator that is not there",
      { argv: [...NORMAL, "--comparator", "c.yaml"] },
      2,
      "the comparator cannot be read",
    ],
    [
      "labels with a wrong line",
      {
        files: { "gold.jsonl": '{"input":"a","output":"a"}\n{"input":"b"}\n' },
        argv: [...NORMAL, "--gold", "gold.jsonl"],
      },
      2,
      "at gold.jsonl:2",
    ],
    [
      "labels that contradict each other",
      {
        files: { "gold.jsonl": '{"input":"a","output":"a"}\n{"input":"a","output":"b"}\n' },
        argv: [...NORMAL, "--gold", "gold.jsonl"],
      },
      2,
      "it gives another output for an input of a line above",
    ],
    [
      "a generator without a domain",
      { argv: [...NORMAL, "--generated", "10"] },
      2,
      "there is no domain file beside it",
    ],
    [
      "a judge without a cassette",
      { argv: [...NORMAL, "--judge", "slug.worker"] },
      2,
      "a judge has a cassette of its own",
    ],
    [
      "a cassette without a judge",
      { argv: [...NORMAL, "--cassette", "j.yaml"] },
      2,
      "it is about a judge, and none is named",
    ],
    ["a flag of runs", { argv: [...NORMAL, "--chat", "x"] }, 2, "unknown option"],
    [
      "an adjudication that is none",
      { files: { "hardening/slug/adjudication.jsonl": "{}\n{}\n" }, argv: NORMAL },
      2,
      "the line is no adjudication",
    ],
  ])("%s", async (_what, bad, code, message) => {
    const ran = await runWith(bad);
    expect(`${ran.stdout}${ran.stderr}`).toContain(message);
    expect(ran.code).toBe(code);
  });

  test("nobody at a terminal to adjudicate", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const { code, stderr } = await project.compare("--adjudicate");
    expect([code, stderr]).toEqual([2, expect.stringContaining("there is none")]);
  });

  test("recordings of several models where the worker names none", async () => {
    using project = new ComparedProject({
      "slug.worker": "---\nname: slug\n---\nYou make slugs.\n",
    });
    await project.record({
      inputs: TITLES,
      flags: ["--model", "test:a"],
      cassette: "cassettes/a.yaml",
    });
    await project.record({
      inputs: TITLES,
      flags: ["--model", "test:b"],
      cassette: "cassettes/b.yaml",
    });
    const { code, stderr } = await project.compare();
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("Try: --model test:a\nTry: --model test:b"),
    ]);
    await project.compare("--model", "test:b");
    expect(project.report()).toMatchObject({
      worker: { model: "test:b" },
      sources: { calls: 30, leftOut: { otherModel: 30 } },
    });
  });
});

describe("too few recordings are no error", () => {
  test("none at all", async () => {
    using project = new ComparedProject();
    const { code, stdout } = await project.compare();
    const { agreement } = project.report();
    expect(code).toBe(6);
    expect(agreement).toMatchObject({ n: 0, verdict: "inconclusive", needed: 149 });
    expect(stdout).toContain("There is no held-out recording to compare on.");
    expect(stdout).toContain("149 more distinct held-out inputs");
    expect(stdout).toContain("no recording is of slug as it is today");
    expect(() => project.read("hardening/slug/split.lock.json")).toThrow();
  });

  test("recordings of another version of the prompt are left out and counted", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    project.write({ "slug.worker": "---\nmodel: test:m\n---\nYou make longer slugs.\n" });
    const { code, stdout } = await project.compare();
    expect(code).toBe(6);
    expect(project.report().sources).toMatchObject({ calls: 0, leftOut: { stale: 30 } });
    expect(stdout).toContain("left out: 30 of another version of the prompt");
  });
});
