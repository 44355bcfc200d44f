import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { changedFields } from "../../src/testing/against/case-pairs.ts";
import { caseSide } from "../../src/testing/against/case-side.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import { observeCase } from "../../src/testing/cases/run/observe-case.ts";
import { checkFaults } from "../../src/testing/faults/check-faults.ts";
import { cassetteStatus } from "../../src/testing/status/cassette-status.ts";
import { CassetteUsers } from "../../src/testing/status/cassette-users.ts";
import { WatchedFiles } from "../../src/testing/vitest/watch/watched-files.ts";
import { type CaseProject, caseProject, failed } from "../support/cases.ts";
import { writeFiles } from "../support/project.ts";
import { CODE_IMPORTS, mutated, observed } from "../support/varied-cases.ts";

const MODEL = "model: anthropic:claude-haiku-4-5";
const GRADER = `---\n${MODEL}\n---\nYou grade greetings.\n`;
const TOOK = "usage: { input_tokens: 100, output_tokens: 10 }";

const FILES = {
  "main.worker": `---\n${MODEL}\n---\nYou greet.\n`,
  "grader.worker": GRADER,
  "answers.yaml": `
- { text: Hi Ada., ${TOOK} }
- { text: '{"reason": "It is short.", "score": 0.4}', ${TOOK} }
`,
};

const JUDGED = `
cases:
  - name: greets
    input: I am Ada.
    script: answers.yaml
    expect:
      output: { contains: Ada }
      judge: { worker: grader.worker, least: 0.8, criteria: It is warm. }
`;

/** Labels with which a judge counts: 20 of 20 agree, of each kind enough. */
function calibrated(identity: string, more = "") {
  return `calibration: 1
judge: ${identity}
date: "2026-11-30"
agreement: 0.8
thresholds:
  - { least: 0.8, both_pass: 12, both_fail: 8, false_pass: 0, false_fail: 0 }
${more}`;
}

describe("a case with a judge", () => {
  test("records the judge beside the run, and replays both", async () => {
    using project = caseProject(FILES);
    const recorded = await project.run(JUDGED, { mode: "record" });
    expect(failed(recorded)).toEqual([]);

    const cassette = readFileSync(join(project.path, "cassettes/main/greets.yaml"), "utf8");
    expect(cassette).toContain("call: judge");
    expect(cassette).toContain("It is warm.");

    const replayed = await project.run(JUDGED);
    expect(failed(replayed)).toEqual([]);
    expect(replayed.run?.summary?.exchanges).toMatchObject({ served: 2, missed: 0, unused: 0 });
    const [outcome] = replayed.runs ?? [];
    expect(outcome?.judged).toMatchObject({
      kind: "judged",
      judgement: {
        score: 0.4,
        reason: "It is short.",
        least: 0.8,
        advisory: "grader.worker is not calibrated",
        says: "Hi Ada.",
        usage: { inputTokens: 100, outputTokens: 10 },
      },
    });
    // The case's own run is told apart from its judge.
    expect(replayed.run?.requests).toBe(1);
  });

  test("fails once its judge is calibrated, with score, bound and reason", async () => {
    using project = caseProject(FILES);
    const { runs } = await project.run(JUDGED, { mode: "record" });
    const judged = runs?.[0]?.judged;
    const identity = judged?.kind === "judged" ? judged.judgement.identity : "";
    writeFiles(project.path, { "grader.calibration.yaml": calibrated(identity) });
    expect(failed(await project.run(JUDGED))).toEqual([
      "judge: grader.worker gives 0.4, expected at least 0.8: It is short.",
    ]);
  });

  test.each([
    ["another identity", (_identity: string) => calibrated("0123456789abcdef"), "changed since"],
    ["another least", (id: string) => calibrated(id).replace("0.8,", "0.5,"), "for least: 0.8"],
    ["few labels", (id: string) => calibrated(id).replace("12,", "1,"), "more labels"],
    [
      "no fails",
      (id: string) => calibrated(id).replace("12,", "99,").replace(" 8,", " 0,"),
      "5 more",
    ],
    [
      "a wrong judge",
      (id: string) => calibrated(id).replace("false_pass: 0", "false_pass: 90"),
      "less than 80 %",
    ],
  ])("is advised only with a calibration of %s", async (_of, written, reason) => {
    using project = caseProject(FILES);
    const { runs } = await project.run(JUDGED, { mode: "record" });
    const recorded = runs?.[0]?.judged;
    const identity = recorded?.kind === "judged" ? recorded.judgement.identity : "";
    writeFiles(project.path, { "grader.calibration.yaml": written(identity) });
    const outcome = await project.run(JUDGED);
    expect(failed(outcome)).toEqual([]);
    const judged = outcome.runs?.[0]?.judged;
    expect(judged?.kind === "judged" && judged.judgement.advisory).toContain(reason);
  });

  test("is stale when the judge's prompt changes", async () => {
    using project = caseProject(FILES);
    await project.run(JUDGED, { mode: "record" });
    writeFiles(project.path, { "grader.worker": GRADER.replace("grade", "mark") });
    const stale = await project.run(JUDGED);
    const [failure = ""] = failed(stale);
    expect(failure).toContain("cassette: ");
    expect(failure).toContain("[-grade-]{+mark+}");
    // By its cause, cases that the same edit made stale are told in one line.
    expect(stale.failures[0]?.cause).toBe(
      'judge: its instructions changed ("grade" is now "mark")',
    );
  });

  test("replaces only the judge's recording in auto after an edit of the judge", async () => {
    using project = caseProject(FILES);
    await project.run(JUDGED, { mode: "record" });
    const { "answers.yaml": _all, ...rest } = FILES;
    writeFiles(project.path, {
      ...rest,
      "grader.worker": GRADER.replace("grade", "mark"),
      "answers.yaml": `- { when: { worker: judge }, text: '{"reason": "", "score": 1}' }\n`,
    });
    expect(failed(await project.run(JUDGED, { mode: "auto" }))).toEqual([]);
    const replayed = await project.run(JUDGED);
    expect(replayed.run?.summary?.exchanges).toMatchObject({ served: 2, missed: 0, unused: 0 });
  });

  test("is still vacuous where its own run asks nothing", async () => {
    const code = `
import { tool } from ${JSON.stringify(join(import.meta.dirname, "../../src/index.ts"))};
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
export const main = tool({ description: "Greet.", input: z.object({}), effect: "pure", run: () => "Hi." });
`;
    using project = caseProject({
      ...FILES,
      "tools.ts": code,
      "answers.yaml": `- '{"reason": "", "score": 1}'\n`,
    });
    const cases = JUDGED.replace("input: I am Ada.", "input: {}\n    files: [tools.ts]").replace(
      "      output: { contains: Ada }\n",
      "",
    );
    const outcomes = [await project.run(cases, { mode: "record" }), await project.run(cases)];
    for (const outcome of outcomes) expect(failed(outcome).join()).toContain("vacuous: ");
  });

  test("lets a judge's tool touch nothing where cases are compared or varied", async () => {
    const code = `
import { appendFileSync } from "node:fs";
${CODE_IMPORTS}
const mail = tool({ description: "Mail.", input: z.object({}), effect: "external", run: () => {
  appendFileSync(new URL("sent.log", import.meta.url), "sent ");
  return "sent";
} });
export const post = toolset({ mail });
`;
    using project = caseProject({
      ...FILES,
      "tools.ts": code,
      "grader.worker": GRADER.replace(
        MODEL,
        `${MODEL}\ntoolsets: { post: { _approval_config: { mail: { pre_approved: true } } } }`,
      ),
      "answers.yaml": `
- Hi Ada.
- tool_call: { name: mail, input: {} }
- '{"reason": "", "score": 0.9}'
`,
    });
    const cases = JUDGED.replace("script:", "tools: live\n    script:").replace(
      "least:",
      "files: [tools.ts], least:",
    );
    const sent = () => readFileSync(join(project.path, "sent.log"), "utf8");
    expect(failed(await project.run(cases, { mode: "record" }))).toEqual([]);
    expect(sent()).toBe("sent ");

    const { host } = project.settings;
    const place = { host, top: project.path, shownTop: project.path, allowUnused: false };
    const found = { file: "main.cases.yaml", one: project.read(cases) };
    const side = await caseSide(found, { ...place, signal: new AbortController().signal });
    expect(side.incomparable).toContain("no recording answers its external effect");
    const observation = await observeCase(project.read(cases), project.settings);
    expect(observation.kind).toBe("unfit");
    expect(sent()).toBe("sent ");
  });

  test("is the same case in another folder, for a comparison", () => {
    using left = caseProject(FILES);
    using right = caseProject(FILES);
    const found = (project: CaseProject, cases: string) => ({
      file: "main.cases.yaml",
      one: project.read(cases),
    });
    const before = found(left, JUDGED);
    expect(changedFields({ before, after: found(right, JUDGED) })).toEqual([]);
    const other = JUDGED.replace("grader.worker", "other.worker");
    expect(changedFields({ before, after: found(right, other) })).toEqual(["what it expects"]);
  });

  test("judges each of its samples", async () => {
    using project = caseProject({
      ...FILES,
      "answers.yaml": `
- Hi Ada.
- '{"reason": "", "score": 0.9}'
- Ada!
- '{"reason": "", "score": 0.1}'
`,
    });
    const cases = JUDGED.replace("script:", "samples: 2\n    script:");
    await project.run(cases, { mode: "record" });
    const { runs = [], failures } = await project.run(cases);
    expect(failures).toEqual([]);
    const scores = runs.map(({ judged }) => judged?.kind === "judged" && judged.judgement.score);
    expect(scores).toEqual([0.9, 0.1]);
  });

  test("takes a judge with a schema of its own, and a boolean as its score", async () => {
    const schemas = `input_schema: { type: object, properties: { output: { type: string } }, required: [output] }
output_schema: { type: object, properties: { score: { type: boolean } }, required: [score] }
`;
    using project = caseProject({
      ...FILES,
      "grader.worker": GRADER.replace("---\nYou", `${schemas}---\nYou`),
      "answers.yaml": `- Hi Ada.\n- '{"score": true}'\n`,
    });
    const { runs, failures } = await project.run(JUDGED, { mode: "record" });
    expect(failures).toEqual([]);
    expect(runs?.[0]?.judged).toMatchObject({ judgement: { score: 1, reason: "" } });
  });

  test.each([
    ["not JSON", "Well.", "judge: grader.worker gave no score"],
    ["out of range", '{"reason": "", "score": 7}', "judge: grader.worker gave no score"],
  ])(
    "fails over a judge whose answer is %s, and keeps the old recording",
    async (_how, said, kind) => {
      using project = caseProject({
        ...FILES,
        "answers.yaml": ["Hi Ada.", ...Array(5).fill(said)].map((one) => `- '${one}'\n`).join(""),
      });
      const [failure] = failed(await project.run(JUDGED, { mode: "record" }));
      expect(failure).toContain(kind);
      expect(failed(await project.run(JUDGED)).join()).toContain("there is no such cassette");
    },
  );

  test("refuses a judge whose output_schema has no score", async () => {
    const schema = "output_schema: { type: object, properties: { mark: { type: number } } }\n";
    using project = caseProject({
      ...FILES,
      "grader.worker": GRADER.replace("---\nYou", `${schema}---\nYou`),
    });
    const [failure] = failed(await project.run(JUDGED, { mode: "record" }));
    expect(failure).toContain("a judge answers with a score");
  });
});

test.each([
  ["judge: { least: 0.8 }", "write the judge's file"],
  ["judge: { worker: grader.yaml }", "must be a .worker file"],
  ["judge: { worker: grader.worker, least: 80 }", "must be a number from 0 to 1"],
  ["judge: { worker: grader.worker, lable: pass }", 'write "label"'],
  ["judge: { worker: grader.worker, label: good }", "must be one of pass, fail"],
  ["error: lost\n      judge: { worker: grader.worker }", "expected to end in an error"],
  ["exit_code: 4\n      judge: { worker: grader.worker }", "expected to end in an error"],
])("refuses %s", (written, reason) => {
  const text = `cases:\n  - name: a\n    expect:\n      ${written}\n`;
  let said = "";
  try {
    parseCases(text, "/p/main.cases.yaml");
  } catch (error) {
    said = String((error as { report(): string }).report());
  }
  expect(said).toContain(reason);
});

describe("what is run around a case with a judge", () => {
  test("is not stale, not unused and not pruned", async () => {
    using project = caseProject(FILES);
    writeFiles(project.path, { "main.cases.yaml": JUDGED });
    await project.run(JUDGED, { mode: "record" });
    const path = join(project.path, "cassettes/main/greets.yaml");
    const users = new CassetteUsers(project.settings.host);
    const status = await cassetteStatus(path, users.runsOf(path), project.settings.host);
    expect(status).toMatchObject({ state: "fresh", recordings: 2 });

    writeFiles(project.path, { "grader.worker": GRADER.replace("grade", "mark") });
    const stale = await cassetteStatus(path, users.runsOf(path), project.settings.host);
    expect(stale).toMatchObject({ state: "stale", stale: [{ call: "judge" }], unused: [] });
  });

  test("is noticed by its mutations, of which none is of the judge", async () => {
    using project = caseProject(FILES);
    const found = await mutated(project, JUDGED);
    expect(Object.values(found)).toEqual(Object.values(found).map(() => "miss"));
    expect(Object.keys(found)).toContain("the instructions of main");
    expect(Object.keys(found).join()).not.toContain("judge");
  });

  test("holds up with faults in its run", async () => {
    using project = caseProject(FILES);
    const one = await observed(project, JUDGED);
    const found = await checkFaults(one, project.settings, { seed: 1, runs: 30, path: undefined });
    expect(found).toBeUndefined();
  });

  test("is watched: the judge's file and its calibration matter to the case", () => {
    using project = caseProject({ ...FILES, "main.cases.yaml": JUDGED });
    const watched = new WatchedFiles(project.settings.host.files);
    const cases = join(project.path, "main.cases.yaml");
    watched.learn(cases);
    for (const name of ["grader.worker", "grader.calibration.yaml"]) {
      expect(watched.testsAbout([join(project.path, name)])).toEqual([cases]);
    }
  });

  test("tells no secret in what the judge says", async () => {
    using project = caseProject({
      ...FILES,
      "answers.yaml": `
- Hi Ada, your number is 4711.
- '{"reason": "It tells 4711.", "score": 0.4}'
`,
      "llm-do.yaml": "redact: ['\\b\\d{4}\\b']\n",
    });
    const { runs } = await project.run(JUDGED, { mode: "record" });
    expect(JSON.stringify(runs?.[0]?.judged)).toContain("your number is <redacted>");
    expect(JSON.stringify(runs?.[0]?.judged)).not.toContain("4711");
  });
});
