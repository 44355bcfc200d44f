import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { caseProject, failed, recordThenReplay } from "../support/cases.ts";
import { writeFiles } from "../support/project.ts";

const MAIN = "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: { tools: {} }\n---\nYou help.\n";
const FILER =
  "---\nmodel: anthropic:claude-haiku-4-5\ntoolsets:\n  filesystem: {}\n---\nYou file things.\n";
const TOOLS = `
import { tool, toolset } from ${JSON.stringify(join(import.meta.dirname, "../../src/index.ts"))};
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
export const tools = toolset({
  double: tool({ description: "Double.", input: z.object({ n: z.number() }), effect: "pure", approval: "allow", run: ({ n }) => n * 2 }),
  mail: tool({ description: "Mail.", input: z.object({ to: z.string() }), effect: "external", run: () => "sent" }),
  hang: tool({ description: "Hang.", input: z.object({}), effect: "pure", approval: "allow", run: () => new Promise(() => {}) }),
});
`;
const FILES = { "main.worker": MAIN, "filer.worker": FILER, "tools.ts": TOOLS };

function withAnswers(answers: string) {
  return caseProject({ ...FILES, "answers.yaml": answers });
}

/** A case of the project with these lines. */
function caseOf(...lines: readonly string[]): string {
  const head = [
    "files: [main.worker, tools.ts]",
    "script: answers.yaml",
    "cases:",
    "  - name: one",
  ];
  return [...head, ...["input: Go.", ...lines].map((line) => `    ${line}`), ""].join("\n");
}

const DOUBLES = "- tool_call: { name: double, input: { n: 4 } }\n- It is 8.\n";

/** What failed, without where a recording that was not kept is. */
function withoutLeftover(message: string): string {
  return message.replace(/\nThe cassette is unchanged; what was recorded is in .*$/s, "");
}

describe("a recorded case", () => {
  test("replays and passes", async () => {
    using project = withAnswers(DOUBLES);
    const cases = caseOf(
      "expect: { output: { contains: '8' }, calls: [{ function: double, input: { n: 4 }, output: 8 }] }",
    );
    const { recorded, replayed } = await recordThenReplay(project, cases);
    expect([failed(recorded), failed(replayed)]).toEqual([[], []]);
    expect(replayed.run?.summary?.exchanges).toEqual({ served: 2, live: 0, missed: 0, unused: 0 });
  });

  test("says in its cassette what was run", async () => {
    using project = withAnswers(DOUBLES);
    await project.run(caseOf(), { mode: "record" });
    const text = readFileSync(join(project.path, "cassettes/main/one.yaml"), "utf8");
    const [header] = text.split("---\n");
    expect(parse(header ?? "")).toEqual({
      cassette: 1,
      run: { files: ["../../main.worker", "../../tools.ts"], entry: "main", input: "Go." },
    });
  });

  test("fails where a word of its prompt is another one, and says which", async () => {
    using project = withAnswers(DOUBLES);
    await project.run(caseOf(), { mode: "record" });
    writeFiles(project.path, { "main.worker": MAIN.replace("help", "serve") });
    const [failure = ""] = failed(await project.run(caseOf()));
    expect(failure).toMatch(/^cassette: Failed to replay "main".*"help" is now "serve"/);
  });

  test("is kept whatever the expectations of its output say: it was paid for", async () => {
    using project = withAnswers(DOUBLES);
    const cases = caseOf("expect: { output: Nine. }");
    expect(failed(await project.run(cases, { mode: "record" }))).toEqual([
      'output: the output: expected "Nine.", found "It is 8."',
    ]);
    expect(existsSync(join(project.path, "cassettes/main/one.yaml"))).toBe(true);
  });
});

describe("an expectation that is not met", () => {
  test.each([
    [
      "{ output: { matches: ^No } }",
      'output: the output: expected text that matches /^No/, found "It is 8."',
    ],
    [
      "{ calls: [{ function: double, input: { n: 5 } }] }",
      'calls: expected a call of double with the input { n: 5 } at least once, found 0\ncalls:\n  double {"n":4} by main',
    ],
    [
      "{ calls: [{ function: double, times: 2 }] }",
      'calls: expected a call of double 2 times, found 1\ncalls:\n  double {"n":4} by main',
    ],
    ["{ never: [double] }", 'calls: expected no call of double, found double {"n":4} by main'],
    [
      "{ order: [double, mail] }",
      'calls: expected a call of mail after double, in the order double, mail\ncalls:\n  double {"n":4} by main',
    ],
    ["{ usage: { max_requests: 1 } }", "usage: expected at most 1 requests to models; it used 2"],
    ["{ files: { a.txt: present } }", "files: a.txt is not there"],
    ["{ exit_code: 4 }", "exit-code: expected exit code 4, got 0"],
    ["{ error: lost }", "error: expected an error, and the run ended well"],
  ])("%s says what was found", async (expectation, message) => {
    using project = withAnswers(DOUBLES);
    const outcome = await project.run(caseOf(`expect: ${expectation}`), { mode: "record" });
    expect(failed(outcome).map(withoutLeftover)).toEqual([message]);
  });
});

describe("a run that ends in an error", () => {
  const MAILS = "- tool_call: { name: mail, input: { to: Ada } }\n- Sent.\n";

  test("fails its case, with the report", async () => {
    using project = withAnswers(MAILS);
    const [failure] = failed(await project.run(caseOf(), { mode: "record" }));
    expect(failure).toMatch(/^run: Failed to call "mail": it needs approval/);
  });

  test("is what a case may expect, and is recorded then", async () => {
    using project = withAnswers(MAILS);
    const cases = caseOf("expect: { exit_code: 4, error: { code: approval-needed } }");
    const { recorded, replayed } = await recordThenReplay(project, cases);
    expect([failed(recorded), failed(replayed)]).toEqual([[], []]);
  });

  test.each([
    ["approve-all", "Sent."],
    ["{ mail: allow }", "Sent."],
  ])(
    "ends well with approvals: %s, also where the recorded decision answers",
    async (approvals, output) => {
      using project = withAnswers(MAILS);
      const expectation = `expect: { output: ${output} }`;
      await project.run(caseOf(`approvals: ${approvals}`, expectation), { mode: "record" });
      expect(failed(await project.run(caseOf(expectation)))).toEqual([]);
    },
  );

  test("is told of a denial by a rule of the case", async () => {
    using project = withAnswers(MAILS);
    const cases = caseOf(
      "approvals: { mail: deny }",
      "expect: { calls: [{ function: mail, output: { contains: denies } }] }",
    );
    expect(failed(await project.run(cases, { mode: "record" }))).toEqual([]);
  });
});

describe("a workspace", () => {
  const WRITES =
    "- tool_call: { name: write_file, input: { path: out/a.txt, content: new } }\n- Written.\n";
  const cases = [
    "files: [filer.worker]",
    "script: answers.yaml",
    "cases:",
    "  - name: one",
    "    input: Go.",
    "    workspace: given",
    "    approvals: approve-all",
    "    expect: { files: { out/a.txt: new, in.txt: present, gone.txt: absent } }",
    "",
  ].join("\n");

  test("is copied, and the run changes the copy alone", async () => {
    using project = caseProject({ ...FILES, "answers.yaml": WRITES, "given/in.txt": "in" });
    const { recorded, replayed } = await recordThenReplay(project, cases);
    expect([failed(recorded), failed(replayed)]).toEqual([[], []]);
    expect(existsSync(join(project.path, "given/out"))).toBe(false);
    expect(existsSync(replayed.run?.workFolder ?? project.path)).toBe(false);
  });

  test("has a path that is the same in every recording, though it is another each time", async () => {
    const tools = `${TOOLS}
export const where = toolset({
  where: tool({ description: "Where.", input: z.object({}), effect: "pure", approval: "allow", run: (_, ctx) => ctx.cwd + "/in.txt" }),
});`;
    using project = caseProject({
      "main.worker": MAIN.replace("tools: {}", "where: {}"),
      "tools.ts": tools,
      "answers.yaml": "- tool_call: { name: where, input: {} }\n- Done.\n",
      "given/in.txt": "in",
    });
    const { recorded, replayed } = await recordThenReplay(project, caseOf("workspace: given"));
    expect([failed(recorded), failed(replayed)]).toEqual([[], []]);
    expect(recorded.run?.workFolder).not.toBe(replayed.run?.workFolder);
    const text = readFileSync(join(project.path, "cassettes/main/one.yaml"), "utf8");
    expect(text).toContain("<workspace>/in.txt");
    expect(replayed.run?.calls[0]?.output).toBe(`${replayed.run?.workFolder}/in.txt`);
  });

  test("that is not there fails the case", async () => {
    using project = caseProject({ ...FILES, "answers.yaml": WRITES });
    const [failure] = failed(await project.run(cases));
    expect(failure).toMatch(
      /^setup: Failed to copy ".*given": there is no such folder\n {2}at .*:4:5/,
    );
  });

  test.each([
    ["out", "../secret"],
    ["deep", "in/../../secret"],
    ["absolute", "/etc/hosts"],
  ])("with a link that leads out of it (%s) fails the case", async (name, target) => {
    using project = caseProject({
      ...FILES,
      "answers.yaml": WRITES,
      "given/in/x": "",
      secret: "s",
    });
    symlinkSync(target, join(project.path, "given", name));
    const [failure] = failed(await project.run(cases));
    expect(failure).toContain(`the link ${name} leads out of the folder`);
  });

  test("keeps links that lead to what is in it", async () => {
    using project = caseProject({ ...FILES, "answers.yaml": WRITES, "given/in.txt": "in" });
    symlinkSync("in.txt", join(project.path, "given/link.txt"));
    const linked = cases.replace("in.txt: present", "link.txt: in");
    expect(failed(await project.run(linked, { mode: "record" }))).toEqual([]);
  });
});

describe("a case that proves nothing", () => {
  test("because nothing was served is vacuous", async () => {
    using project = caseProject({
      ...FILES,
      "entry.ts": TOOLS.replace(
        "export const tools = toolset({",
        "export const entry = tool({ description: 'e', input: z.object({}), effect: 'pure', run: () => 1 }); const other = toolset({",
      ),
      "cassettes/main/one.yaml": "cassette: 1\n",
    });
    const cases = "files: [entry.ts]\nentry: entry\ncases:\n  - { name: one, input: {} }\n";
    const [failure] = failed(await project.run(cases));
    expect(failure).toMatch(/^vacuous: it proves nothing/);
    expect(
      failed(await project.run(cases.replace("input: {}", "input: {}, cassette: none"))),
    ).toEqual([]);
  });

  test("because its cassette holds more than it asks for fails, unless that is allowed", async () => {
    using project = withAnswers(DOUBLES);
    await project.run(caseOf(), { mode: "record" });
    const path = join(project.path, "cassettes/main/one.yaml");
    const text = readFileSync(path, "utf8");
    const extra = text.slice(text.lastIndexOf("---\n")).replace("It is 8.", "It is 9.");
    writeFiles(project.path, { "cassettes/main/one.yaml": text + extra });
    const [failure] = failed(await project.run(caseOf()));
    expect(failure).toMatch(
      /^unused: the cassette holds what the run did not ask for: 1 exchange\n/,
    );
    expect(failed(await project.run(caseOf(), { allowUnused: true }))).toEqual([]);
  });

  test("that says cassette: none and asks a model is no such case", async () => {
    using project = withAnswers(DOUBLES);
    const [failure] = failed(await project.run(caseOf("cassette: none")));
    expect(failure).toMatch(/^cassette: .*its run asks a model/);
  });
});

describe("a case that cannot be run", () => {
  test("because its worker does not load fails", async () => {
    using project = withAnswers(DOUBLES);
    writeFiles(project.path, { "main.worker": "no front matter" });
    const [failure] = failed(await project.run(caseOf()));
    expect(failure).toMatch(/^setup: Failed to load ".*main.worker": front matter is missing/);
  });

  test("because it hangs fails in time, and names the call that it hung in", async () => {
    using project = withAnswers("- tool_call: { name: hang, input: {} }\n- Never.\n");
    const cases = caseOf("timeout_seconds: 0.2");
    const outcome = await project.run(cases, { mode: "record" });
    expect(failed(outcome).map(withoutLeftover)).toEqual([
      "timeout: it did not end within 0.2 s; it hung in main/hang",
    ]);
  });
});

describe("a case about a distribution", () => {
  const ANSWERS = "- Heads.\n- Heads.\n- Tails.\n- Heads.\n";

  test("passes where enough of its runs do, with the exact bound", async () => {
    using project = withAnswers(ANSWERS);
    const cases = caseOf("samples: 4", "min_pass: 0.7", "expect: { output: Heads. }");
    const { recorded, replayed } = await recordThenReplay(project, cases);
    expect([failed(recorded), failed(replayed)]).toEqual([[], []]);
    // P(X >= 3) of 4 is 5 % at p = 0.2486: the one-sided exact bound.
    expect(replayed.samples).toMatchObject({ passed: 3, runs: 4 });
    expect(replayed.samples?.lower).toBeCloseTo(0.2486, 4);
    expect(replayed.run?.summary?.exchanges).toEqual({ served: 4, live: 0, missed: 0, unused: 0 });
  });

  test("fails where too few do, and says which", async () => {
    using project = withAnswers(ANSWERS);
    const cases = caseOf("samples: 4", "min_pass: 0.8", "expect: { output: Heads. }");
    expect(failed(await project.run(cases, { mode: "record" }))).toEqual([
      "output: 3 of 4 runs passed (75.0 %; with 95 % confidence at least 24.86 % of such runs do), " +
        'and 80 % must\nrun 3: the output: expected "Heads.", found "Tails."',
    ]);
  });

  test("fails where a run is not on record: what was not asked has not failed", async () => {
    using project = withAnswers(ANSWERS);
    const expected = "expect: { output: Heads. }";
    await project.run(caseOf("samples: 2", expected), { mode: "record" });
    const outcome = await project.run(caseOf("samples: 4", "min_pass: 0.5", expected));
    const [failure = ""] = failed(outcome);
    expect(failure).toMatch(/^cassette: 2 of 4 runs are not on record\nrun 3: Failed to replay/);
    expect(outcome.failures[0]?.cause).toBeDefined();
  });

  test("marks what its further runs recorded, so that one run alone leaves nothing unused", async () => {
    using project = withAnswers(ANSWERS);
    await project.run(caseOf("samples: 4", "min_pass: 0"), { mode: "record" });
    const text = readFileSync(join(project.path, "cassettes/main/one.yaml"), "utf8");
    expect(text.match(/^sample: .*/gm)).toEqual(["sample: 2", "sample: 3", "sample: 4"]);
    expect(failed(await project.run(caseOf("expect: { output: Heads. }")))).toEqual([]);
  });

  test("records what is missing when it wants more runs", async () => {
    using project = withAnswers(ANSWERS);
    await project.run(caseOf("samples: 2"), { mode: "record" });
    writeFiles(project.path, { "answers.yaml": "- Tails.\n" });
    const auto = await project.run(caseOf("samples: 3"), { mode: "auto" });
    expect(auto.run?.summary?.exchanges).toEqual({ served: 2, live: 1, missed: 0, unused: 0 });
  });
});
