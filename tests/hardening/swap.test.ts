import { describe, expect, test } from "vitest";
import { type Certificate, makeCertificate } from "../../src/certificate/certificate.ts";
import { judge } from "../../src/certificate/verdict.ts";
import { guardCommand } from "../../src/cli/guard-command.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { answeredBy, SwapProject } from "../support/swap-project.ts";

/** The report of what a promise rejects with; the project's folder is `.` in it. */
async function refusal(project: SwapProject, swapping: Promise<unknown>): Promise<string> {
  const error: unknown = await swapping.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isLlmDoError(error)) throw error ?? new Error("it was not refused");
  expect(error.exitCode).toBe(2);
  return error.report().replaceAll(project.path("."), ".");
}

const ADA = "Ada <ada@example.org>";

describe("swap", () => {
  test("writes a lock file, by which code answers", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "hardened" });
    expect(project.read("llm-do.lock.yaml")).toBe(
      `# yaml-language-server: $schema=node_modules/llm-do/dist/lock.schema.json
# Written by llm-do swap: which functions have code beside their prompt, and who answers.
# Commit it. An alarm writes it, too: it sets mode: prompt and says why under reverted.
version: 1
functions:
  - worker: mail/from_name.worker
    name: from_name
    mode: hardened
    tool: mail/from_name.ts#from_name
    domain: mail/from_name.domain.ts#from_name_domain
    certificate: mail/hardening/from_name/certificate.json
    comparator: exact
`,
    );
    const { output, events } = await project.run([ADA, "a@b.org", "A <a@b>, B <b@c>"], {
      answers: ["a", "A and B"],
    });
    expect(output).toEqual(["Ada", "a", "A and B"]);
    expect(answeredBy(events)).toEqual(["code", "prompt", "prompt"]);
  });

  test("keeps the line that tells editors of the schema", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "canary", share: 0.25 });
    const line = "# yaml-language-server: $schema=https://schemas.example/lock.json";
    const text = project.read("llm-do.lock.yaml").replace(/^.*\n/, `${line}\n`);
    project.write("llm-do.lock.yaml", text);
    await project.swap({ mode: "shadow", tool: undefined });
    const rewritten = project.read("llm-do.lock.yaml");
    expect(rewritten.split("\n").filter((one) => one.includes("$schema="))).toEqual([line]);
    expect(rewritten.startsWith(line)).toBe(true);
  });

  test("changes what it has written, and keeps what it is not told", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "canary", share: 0.25 });
    await project.swap({ mode: "shadow", tool: undefined });
    const lock = project.read("llm-do.lock.yaml");
    expect(lock).toContain("mode: shadow\n");
    expect(lock).toContain("share: 0.25\n");
    expect(lock.match(/worker:/g)).toHaveLength(1);
  });

  test("to the prompt needs nothing", async () => {
    using project = await SwapProject.make();
    expect(await project.swap({ mode: "prompt" })).toMatchObject({ entry: undefined });
    await project.swap({ mode: "hardened" });
    project.host.files.remove(project.path("mail/hardening/from_name/certificate.json"));
    project.write("mail/from_name.ts", "syntax error(");
    await project.swap({ mode: "prompt" });
    const { output, events } = await project.run([ADA], { answers: ["Ada L."] });
    expect(output).toEqual(["Ada L."]);
    expect(answeredBy(events)).toEqual([]);
  });

  test("takes the tool from the certificate where nobody names it", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "hardened", tool: undefined });
    expect(project.read("llm-do.lock.yaml")).toContain("tool: mail/from_name.ts#from_name\n");
  });

  test("without a certificate is refused", async () => {
    using project = await SwapProject.make();
    project.host.files.remove(project.path("mail/hardening/from_name/certificate.json"));
    expect(await refusal(project, project.swap({ mode: "hardened" }))).toBe(
      `Failed to read "mail/hardening/from_name/certificate.json": there is no such certificate, and only a certificate lets code answer
Try: make one with llm-do compare
Try: or name it with --certificate`,
    );
    expect(project.host.files.stat(project.path("llm-do.lock.yaml"))).toBeUndefined();
  });

  test("with a certificate that supports nothing is refused", async () => {
    using project = await SwapProject.make({ claim: 0.98 });
    const report = await refusal(project, project.swap({ mode: "shadow" }));
    expect(report).toContain(
      "its certificate supports no claim: agreement on 98 % is inconclusive\n",
    );
    expect(report).toContain(
      "Try: record more calls first\nTry: compare them again: llm-do compare",
    );
  });

  test.each<[string, (project: SwapProject) => unknown]>([
    ["prompt", (project) => project.edit("mail/from_name.worker", "You give", "You say")],
    ["model", (project) => project.edit("mail/from_name.worker", "test:m", "test:other")],
    ["tool", (project) => project.edit("mail/name-in.ts", "no display name", "no name")],
    ["domain", (project) => project.edit("mail/from_name.domain.ts", "several", "many")],
    [
      "comparator",
      (project) => project.write("mail/hardening/from_name/comparator.yaml", "text\n"),
    ],
    [
      "recordings",
      (project) =>
        project.run(["Bob <b@c.org>"], {
          answers: ["Bob"],
          cassette: { path: project.path("mail/cassettes/names.yaml"), mode: "auto" },
        }),
    ],
  ])("with a certificate of another %s is refused, and says so", async (part, change) => {
    using project = await SwapProject.make();
    await change(project);
    const report = await refusal(project, project.swap({ mode: "hardened" }));
    const verb = part === "recordings" ? "have" : "has";
    // Another model has no recordings of its own.
    const others = part === "model" ? "the model and the recordings have" : `the ${part} ${verb}`;
    if (part === "prompt") {
      // Recordings of another prompt say nothing of this one.
      expect(report).toContain(
        "its certificate does not fit: the prompt and the recordings have changed",
      );
    } else expect(report).toContain(`its certificate does not fit: ${others} changed`);
    expect(report).toMatch(
      new RegExp(`^  ${part}: certified [0-9a-f]{16}, today [0-9a-f]{16}$`, "m"),
    );
    expect(report).toContain("at mail/hardening/from_name/certificate.json");
    expect(report).toContain(
      "Try: compare them again: llm-do compare mail/from_name.worker mail/from_name.ts#from_name",
    );
  });

  test("with code that is not pure is refused", async () => {
    using project = await SwapProject.make();
    project.write(
      "mail/other.ts",
      project.read("mail/from_name.ts").replaceAll('"pure"', '"local"'),
    );
    const tool = "mail/other.ts#from_name";
    expect(await refusal(project, project.swap({ mode: "hardened", tool }))).toContain(
      "its effect is local, and only a pure tool may stand in for a prompt",
    );
  });

  test.each([
    ["a file that is not there", "mail/none.ts#from_name", "there is no file mail/none.ts"],
    ["an export that is not there", "mail/from_name.ts#fromname", 'Try: write "from_name"'],
  ])("with a tool in %s is refused", async (_what, tool, reason) => {
    using project = await SwapProject.make();
    expect(await refusal(project, project.swap({ mode: "hardened", tool }))).toContain(reason);
  });
});

describe("a certificate that no longer fits when the program runs", () => {
  test.each<[string, (project: SwapProject) => void]>([
    ["prompt", (project) => project.edit("mail/from_name.worker", "You give", "You say")],
    ["tool", (project) => project.edit("mail/name-in.ts", "no display name", "no name")],
    ["domain", (project) => project.edit("mail/from_name.domain.ts", "several", "many")],
  ])("for the %s leaves the answer to the prompt, with a warning", async (part, change) => {
    using project = await SwapProject.make();
    await project.swap({ mode: "hardened" });
    change(project);
    const { output, events } = await project.run([ADA, ADA], { answers: ["Ada L.", "Ada L."] });
    expect(output).toEqual(["Ada L.", "Ada L."]);
    expect(events.flatMap((event) => (event.kind === "warning" ? [event.message] : []))).toEqual([
      `the prompt of from_name answers, not its code: its certificate mail/hardening/from_name/certificate.json was made for another ${part}`,
    ]);
  });
});

const CERTIFICATE = "mail/hardening/from_name/certificate.json";

/** Edits the certificate; `agreed` is 13 of 13 in it. */
function edited(project: SwapProject, before: string, after: string): void {
  project.edit(CERTIFICATE, before, after);
}

/** A certificate of counts that nobody has seen, all of whose own figures add up. */
function forged(project: SwapProject): void {
  const certificate: Certificate = JSON.parse(project.read(CERTIFICATE)); // just written
  const verdict = judge({ n: 300, agreed: 300 }, { claim: 0.98 });
  const { n, agreed, lower, upper, claim } = verdict;
  const agreement = { n, agreed, lower, upper, claim, verdict: verdict.verdict };
  project.write(CERTIFICATE, JSON.stringify(makeCertificate({ ...certificate, agreement })));
}

describe("a certificate that somebody has edited", () => {
  const edits: readonly (readonly [string, (project: SwapProject) => void, string])[] = [
    [
      "in its counts",
      (project) => edited(project, '"agreed": 13', '"agreed": 5'),
      "agreement.lower says 0.7941833348134493, and should say 0.16565942671507172",
    ],
    [
      "in its bound",
      (project) => edited(project, '"lower": 0.7', '"lower": 0.9'),
      "agreement.lower says 0.9941833348134493, and should say 0.7941833348134493",
    ],
    [
      "in its claim",
      (project) => edited(project, '"claim": 0.5', '"claim": 0.6'),
      "checksum says ",
    ],
    [
      "in its looks",
      (project) => edited(project, '"looks": 1', '"looks": 2'),
      "agreement.lower says ",
    ],
    [
      "by counts that add up",
      forged,
      "agreement says 300 of 300, and should say 13 of 13, by the ledger",
    ],
  ];

  test.each(edits)("%s lets no code answer", async (_how, edit, reason) => {
    using project = await SwapProject.make();
    edit(project);
    const report = await refusal(project, project.swap({ mode: "hardened" }));
    expect(report).toContain(
      `Failed to read "${CERTIFICATE}": its figures do not add up: ${reason}`,
    );
    expect(report).toContain("Try: make it anew with llm-do compare");
    expect(project.host.files.stat(project.path("llm-do.lock.yaml"))).toBeUndefined();
  });

  test.each(edits)(
    "%s after the swap gives the prompt its place back",
    async (_how, edit, reason) => {
      using project = await SwapProject.make();
      await project.swap({ mode: "hardened" });
      edit(project);
      const { output, events } = await project.run([ADA], { answers: ["Ada L."] });
      expect(output).toEqual(["Ada L."]);
      expect(events.find(({ kind }) => kind === "warning")).toMatchObject({
        message: expect.stringContaining(
          `its certificate ${CERTIFICATE} cannot be used: its figures do not add up: ${reason}`,
        ),
      });
      await expect(
        guardCommand([], { recordings: ["mail/cassettes"] }, project.host),
      ).rejects.toThrow("its certificate no longer fits");
      expect(project.host.written.stdout).toContain(`its figures do not add up: ${reason}`);
    },
  );

  test("with a ledger that is damaged, or of something else that was looked at, is refused", async () => {
    using project = await SwapProject.make();
    const ledger = "mail/hardening/from_name/split.lock.json";
    const kept = project.read(ledger);
    project.write(ledger, kept.replace(/"subject": ".{8}/, '"subject": "00000000'));
    expect(await refusal(project, project.swap({ mode: "hardened" }))).toContain(
      "agreement says 13 of 13, and should say a look that the ledger beside it knows",
    );
    project.write(ledger, "{ no ledger");
    expect(await refusal(project, project.swap({ mode: "hardened" }))).toContain("split.lock.json");
    project.write(ledger, kept);
    await project.swap({ mode: "hardened" });
  });
});
