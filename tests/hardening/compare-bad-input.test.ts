import { describe, expect, test } from "vitest";
import { formatSplitLedger } from "../../src/certificate/ledger-text.ts";
import { newLedger } from "../../src/certificate/split-ledger.ts";
import { ComparedProject, type RanMain, slugTool, titles } from "../support/compared-project.ts";

const TITLES = titles(30);

const OTHERS_LEDGER = formatSplitLedger(newLedger({ worker: "other", folder: "hardening/slug" }));

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
        files: { "hardening/slug/split.lock.json": '{ "split": 2, "worker": "slug" }' },
        argv: NORMAL,
      },
      2,
      "split.lock.json",
    ],
    [
      "a ledger of the first method",
      {
        files: {
          "hardening/slug/split.lock.json": '{ "split": 1, "worker": "slug", "looks": [] }',
        },
        argv: NORMAL,
      },
      2,
      "Try: ",
    ],
    [
      "another worker's ledger",
      {
        files: { "hardening/slug/split.lock.json": OTHERS_LEDGER },
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
      "a generator of a domain without one",
      {
        files: {
          "slug.domain.ts":
            'import { domain } from "llm-do";\nexport const d = domain({ accepts: () => true });\n',
        },
        argv: [...NORMAL, "--generated", "10"],
      },
      2,
      "slug.domain.ts#d has no generate(fc)",
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
      "a label that is none",
      {
        files: { "hardening/slug/labels.jsonl": "{}\n{}\n" },
        argv: [...NORMAL, "--no-worse"],
      },
      2,
      "the line is not a label",
    ],
    [
      "labels of an input that the worker does not take",
      {
        files: { "gold.jsonl": '{"input":{"title":"a"},"output":"a"}\n' },
        argv: [...NORMAL, "--gold", "gold.jsonl"],
      },
      2,
      "its input does not fit",
    ],
    [
      "labels without an input",
      {
        files: { "gold.jsonl": '{"output":"a"}\n' },
        argv: [...NORMAL, "--gold", "gold.jsonl"],
      },
      2,
      'it is not a map of "input" and "output"',
    ],
    ["a date that is none", { argv: [...NORMAL, "--since", "last week"] }, 2, "must be a date"],
    ["a day that is none", { argv: [...NORMAL, "--since", "2026-02-30"] }, 2, "must be a date"],
    ["fresh inputs at the first look", { argv: [...NORMAL, "--fresh"] }, 2, "it has had none"],
    ["a claim of labels", { argv: [...NORMAL, "--no-worse", "--claim", "0.9"] }, 2, "--claim 0.9"],
    ["two questions at once", { argv: [...NORMAL, "--open", "--no-worse"] }, 2, "open first"],
    ["a holdout of everything", { argv: [...NORMAL, "--holdout", "1"] }, 2, "above 0 and below 1"],
    [
      "no sample for a reference",
      { argv: [...NORMAL, "--reference-samples", "0"] },
      2,
      "at least one answer",
    ],
  ])("%s", async (_what, bad, code, message) => {
    const ran = await runWith(bad);
    expect(`${ran.stdout}${ran.stderr}`).toContain(message);
    expect(ran.code).toBe(code);
  });

  test("nobody at a terminal to label", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const { code, stderr } = await project.compare("--label");
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
    expect(code).toBe(6);
    expect(project.report()).toMatchObject({
      verdict: "inconclusive",
      look: { n: 0, needed: 211 },
    });
    expect(stdout).toContain("There is no held-out recording to compare on.");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("211 held-out inputs at the rate seen");
    expect(stdout).toContain("no recording is of slug as it is today");
    expect(() => project.read("hardening/slug/split.lock.json")).toThrow();
  });

  test("nothing is closed that could be opened", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    await project.compare("--open");
    const { code, stderr } = await project.compare("--open");
    expect([code, stderr]).toEqual([2, expect.stringContaining("no held-out input is closed")]);
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
