import { describe, expect, test } from "vitest";
import { type Certificate, makeCertificate } from "../../src/certificate/certificate.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { promote } from "../../src/hardening/promote/promote.ts";
import { answeredBy, PromotedProject } from "../support/promoted-project.ts";

/** The report of what a promise rejects with; the project's folder is `.` in it. */
async function refusal(project: PromotedProject, promoting: Promise<unknown>): Promise<string> {
  const error: unknown = await promoting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isLlmDoError(error)) throw error ?? new Error("it was not refused");
  expect(error.exitCode).toBe(2);
  return error.report().replaceAll(project.path("."), ".");
}

const ADA = "Ada <ada@example.org>";
const CERTIFICATE = "mail/hardening/from_name/certificate.json";
const LEDGER = "mail/hardening/from_name/split.lock.json";
const LOG = ".llm-do/hardening/mail/from_name.log.jsonl";

describe("promote", () => {
  test("to code writes a lock file, by which code answers, and begins the log", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code", falseAlarmEvery: 1000 });
    expect(project.read("llm-do.lock.yaml")).toMatch(/^version: 2$/m);
    expect(project.read("llm-do.lock.yaml")).toContain(`functions:
  - worker: mail/from_name.worker
    name: from_name
    mode: code
    tool: mail/from_name.ts#from_name
    domain: mail/from_name.domain.ts#from_name_domain
    certificate: mail/hardening/from_name/certificate.json
    comparator: exact
    false_alarm_every: 1000
`);
    expect(JSON.parse(project.read(LOG))).toEqual({
      at: expect.stringMatching(/^2026-01-01T/),
      kind: "began",
      mode: "code",
      tolerated: expect.any(Number),
      falseAlarmEvery: 1000,
      certificate: CERTIFICATE,
      watched: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { output, events } = await project.run([ADA, "a@b.org", "A <a@b>, B <b@c>"], {
      answers: ["a", "A and B"],
    });
    expect(output).toEqual(["Ada", "a", "A and B"]);
    expect(answeredBy(events)).toEqual(["code", "prompt", "prompt"]);
  });

  test("to a shadow needs no certificate, and the prompt answers", async () => {
    using project = await PromotedProject.make();
    project.host.files.remove(project.path(CERTIFICATE));
    const { certificate } = await project.promote({ mode: "shadow" });
    expect(certificate).toBeUndefined();
    // What has no guard gets the one that is there.
    expect(project.read("llm-do.lock.yaml")).toContain(
      "domain: mail/from_name.domain.ts#from_name_domain\n",
    );
    const { output, events } = await project.run([ADA], { answers: ["Ada L."] });
    expect(output).toEqual(["Ada L."]);
    expect(events.filter(({ kind }) => kind === "warning")).toEqual([]);
    const lines = project.read(LOG).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).kind)).toEqual(["began", "call", "compared"]);
  });

  test("to a shadow without a tool says how to name one", async () => {
    using project = await PromotedProject.make();
    project.host.files.remove(project.path(CERTIFICATE));
    const report = await refusal(project, project.promote({ mode: "shadow", tool: undefined }));
    expect(report).toContain(
      "Try: llm-do promote mail/from_name.worker --to shadow --tool FILE.ts#TOOL",
    );
  });

  test("changes what it has written, and keeps what it is not told", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "canary", share: 0.25, check: 0.5 });
    await project.promote({ mode: "shadow", tool: undefined });
    const lock = project.read("llm-do.lock.yaml");
    expect(lock).toContain("mode: shadow\n");
    expect(lock).toContain("share: 0.25\n");
    expect(lock).toContain("check: 0.5\n");
    expect(lock.match(/worker:/g)).toHaveLength(1);
  });

  test("once more goes on watching, so that a promotion a day hides no drift", async () => {
    using project = await PromotedProject.make({ claim: 0.8 });
    for (let day = 0; day < 8; day++) {
      const settings = { mode: "code", check: 1, falseAlarmEvery: 100 } as const;
      if (day === 3) await project.compare(0.8); // a certificate of the same, made anew
      const promoted = project.promote(settings);
      if (
        day > 0 &&
        (await promoted.then(
          () => false,
          () => true,
        ))
      )
        return;
      await promoted;
      const header = `Eve${day} <eve${day}@example.org>`;
      await project.run([header], { answers: ["other"] });
    }
    expect.unreachable("eight of eight disagreed, and no alarm was raised");
  });

  test("that watches other code begins anew", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "canary", check: 1 });
    await project.promote({ mode: "canary", share: 0.5 });
    await project.promote({ mode: "code" });
    await project.promote({ mode: "code", falseAlarmEvery: 500 });
    project.edit("mail/name-in.ts", "no display name", "no name");
    await project.promote({ mode: "code" });
    const kinds = project
      .read(LOG)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).mode);
    expect(kinds).toEqual(["canary", "code", "code", "code"]);
  });

  test("to the prompt needs nothing", async () => {
    using project = await PromotedProject.make();
    expect(await project.promote({ mode: "prompt" })).toMatchObject({ entry: undefined });
    await project.promote({ mode: "code" });
    project.host.files.remove(project.path(CERTIFICATE));
    project.write("mail/from_name.ts", "syntax error(");
    await project.promote({ mode: "prompt" });
    const { output, events } = await project.run([ADA], { answers: ["Ada L."] });
    expect(output).toEqual(["Ada L."]);
    expect(answeredBy(events)).toEqual([]);
  });

  test("without a certificate is refused", async () => {
    using project = await PromotedProject.make();
    project.host.files.remove(project.path(CERTIFICATE));
    const report = await refusal(project, project.promote({ mode: "canary" }));
    expect(report).toContain(
      `Failed to read "${CERTIFICATE}": there is no such certificate, and only a certificate lets code answer`,
    );
    expect(report).toContain(
      "Try: make one: llm-do compare mail/from_name.worker mail/from_name.ts#from_name",
    );
    expect(project.host.files.stat(project.path("llm-do.lock.yaml"))).toBeUndefined();
  });

  test("stays possible after the program has recorded more", async () => {
    using project = await PromotedProject.make();
    await project.run(["Bob <b@c.org>", "Eve <e@c.org>"], {
      answers: ["Bob", "Somebody else"],
      cassette: { path: project.path("mail/cassettes/later.yaml"), mode: "record" },
    });
    await project.promote({ mode: "code" });
    await project.compare(0.5);
    await project.promote({ mode: "code" });
  });

  /** Other code than the certified one; `line` stands before all else that it does. */
  function rewritten(project: PromotedProject, line: string): string {
    const body = "  const name =";
    const text = project.read("mail/name-in.ts").replace(body, `  ${line}\n${body}`);
    project.write("mail/name-in-2.ts", text);
    const code = project.read("mail/from_name.ts").replace("name-in.ts", "name-in-2.ts");
    project.write("mail/from_name_2.ts", code);
    return "mail/from_name_2.ts#from_name";
  }

  test("takes other code with the same answers, and writes its hash into the certificate", async () => {
    using project = await PromotedProject.make();
    const tool = rewritten(project, 'if (header === "nobody") return "nobody at all";');
    expect(await project.promote({ mode: "code", tool })).toMatchObject({ isRenewed: true });
    const { events } = await project.run([ADA]);
    expect(answeredBy(events)).toEqual(["code"]);
    expect(await project.promote({ mode: "code", tool })).toMatchObject({ isRenewed: false });
  });

  test("refuses code with another answer to one of the certified inputs", async () => {
    using project = await PromotedProject.make();
    const tool = rewritten(project, 'if (header.startsWith("Name 7 ")) return "7";');
    const report = await refusal(project, project.promote({ mode: "code", tool }));
    expect(report).toContain(
      "its certificate does not fit: the tool's answers to its 60 recorded inputs are others\n",
    );
    expect(report).toMatch(/^ {2}answers: certified [0-9a-f]{16}, today [0-9a-f]{16}$/m);
    expect(report).toMatch(/^ {2}tool: certified [0-9a-f]{16}, today [0-9a-f]{16}$/m);
    expect(report).toContain(
      "Try: compare them again: llm-do compare mail/from_name.worker mail/from_name_2.ts#from_name",
    );
  });

  test("takes the certified code where recordings have gone, and no other", async () => {
    using project = await PromotedProject.make();
    project.host.files.remove(project.path("mail/cassettes/names.yaml"));
    const model = "test:m";
    await project.promote({ mode: "code", model });
    project.edit("mail/name-in.ts", "no display name", "no name");
    expect(await refusal(project, project.promote({ mode: "code", model }))).toContain(
      "the recordings of 60 have gone",
    );
  });

  test.each<[string, string, (project: PromotedProject) => unknown]>([
    ["prompt", "prompt", (p) => p.edit("mail/from_name.worker", "You give", "You say")],
    ["model", "model", (p) => p.edit("mail/from_name.worker", "test:m", "test:other")],
    ["domain", "guard", (p) => p.edit("mail/from_name.domain.ts", "several", "many")],
    [
      "comparator",
      "comparator",
      (p) => p.write("mail/hardening/from_name/comparator.yaml", "text\n"),
    ],
  ])("with a certificate of another %s is refused, and says so", async (part, said, change) => {
    using project = await PromotedProject.make();
    await change(project);
    const report = await refusal(project, project.promote({ mode: "code" }));
    expect(report).toContain(`its certificate does not fit: the ${said} has changed`);
    expect(report).toMatch(
      new RegExp(`^  ${part}: certified [0-9a-f]{16}, today [0-9a-f]{16}$`, "m"),
    );
    expect(report).toContain(`at ${CERTIFICATE}`);
  });

  test("with a ledger that is damaged, shorter or not there is refused", async () => {
    using project = await PromotedProject.make();
    const kept = project.read(LEDGER);
    const refused = () => refusal(project, project.promote({ mode: "code" }));
    project.write(LEDGER, kept.replace(/"side": ?"train"/, '"side":"holdout"'));
    expect(await refused()).toContain("split.lock.json");
    project.write(LEDGER, "{ no ledger");
    expect(await refused()).toContain("split.lock.json");
    project.host.files.remove(project.path(LEDGER));
    expect(await refused()).toContain("there is no split.lock.json beside it");
    // A new ledger is another one: it has not seen what the old one has.
    await project.compare(0.5);
    await project.promote({ mode: "code" });
    const anew = project.read(LEDGER);
    project.write(LEDGER, kept);
    expect(await refused()).toContain("its ledger is another one, or shorter");
    project.write(LEDGER, anew);
    await project.promote({ mode: "code" });
  });

  test("with a certificate that was made elsewhere is refused", async () => {
    using project = await PromotedProject.make();
    const elsewhere = "mail/other/certificate.json";
    project.write(elsewhere, project.read(CERTIFICATE));
    project.write("mail/other/split.lock.json", project.read(LEDGER));
    const certificate = project.path(elsewhere);
    expect(await refusal(project, project.promote({ mode: "code", certificate }))).toContain(
      "it was made in another folder than the worker's own",
    );
  });

  test("with code that is not pure, or not there, is refused in each mode", async () => {
    using project = await PromotedProject.make();
    const code = project.read("mail/from_name.ts");
    project.write("mail/other.ts", code.replaceAll('"pure"', '"local"'));
    for (const mode of ["shadow", "code"] as const) {
      const refused = (tool: string) => refusal(project, project.promote({ mode, tool }));
      expect(await refused("mail/other.ts#from_name")).toContain(
        "its effect is local, and only a pure tool may stand in for a prompt",
      );
      expect(await refused("mail/none.ts#from_name")).toContain("there is no file mail/none.ts");
      expect(await refused("mail/from_name.ts#fromname")).toContain('Try: write "from_name"');
      expect(await refused("mail/from_name.ts")).toContain(
        "it does not say which tool\nTry: --tool mail/from_name.ts#from_name",
      );
    }
  });

  test("refuses a lock file of version 1, and what it advises works", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code" });
    const old = project
      .read("llm-do.lock.yaml")
      .replace("version: 2", "version: 1")
      .replace("mode: code", "mode: hardened");
    project.write("llm-do.lock.yaml", old);
    const report = await refusal(project, project.promote({ mode: "code" }));
    expect(report).toContain("Try: remove functions from the file, and say version: 2\n");
    project.write("llm-do.lock.yaml", "version: 2\n");
    await project.promote({ mode: "code" });
  });
});

describe("what promote says", () => {
  async function said(project: PromotedProject, flags: Parameters<typeof promote>[1]) {
    project.host.written.stdout = "";
    const recordings = ["mail/cassettes"];
    await promote("mail/from_name.worker", { recordings, ...flags }, project.host);
    return project.host.written.stdout;
  }

  test("is the claim, the alarm in comparisons and calls, and that it cannot watch it yet", async () => {
    using project = await PromotedProject.make();
    const text = await said(project, { to: "code" });
    expect(text).toMatch(
      /^from_name: mail\/from_name\.ts#from_name answers; wherever it cannot, the prompt does\n/,
    );
    expect(text).toMatch(
      /\ncertificate: at least 50 % agreement \(\d+ of \d+ held-out inputs, version 1\)\n/,
    );
    expect(text).toContain(
      "a false one comes at most every 10,000 comparisons, 500,000 calls on average\n",
    );
    expect(text).toMatch(/\nwrote llm-do.lock.yaml\n$/);
  });

  test("is in days where the log shows a rate", async () => {
    using project = await PromotedProject.make();
    const day = { kind: "call", mode: "code", by: "code" };
    const lines = Array.from({ length: 20_000 }, (_each, index) =>
      JSON.stringify({ at: `2025-12-${22 + Math.floor(index / 2000)}T00:00:00.000Z`, ...day }),
    );
    project.write(LOG, `${lines.join("\n")}\n`);
    expect(await said(project, { to: "code" })).toContain("250 days at 40 checks a day");
  });

  test("knows swap's --mode, and hardened", async () => {
    using project = await PromotedProject.make();
    await said(project, { mode: "hardened" });
    expect(project.read("llm-do.lock.yaml")).toContain("mode: code\n");
    await expect(said(project, { to: "canry" })).rejects.toMatchObject({ tries: ["--to canary"] });
    await expect(said(project, { mode: "x" })).rejects.toThrow(/--mode must be one of/);
  });
});

describe("a certificate that no longer fits when the program runs", () => {
  test.each<[string, (project: PromotedProject) => void]>([
    ["prompt", (project) => project.edit("mail/from_name.worker", "You give", "You say")],
    ["tool", (project) => project.edit("mail/name-in.ts", "no display name", "no name")],
    ["domain", (project) => project.edit("mail/from_name.domain.ts", "several", "many")],
  ])("for the %s leaves the answer to the prompt, with a warning", async (part, change) => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code" });
    change(project);
    const { output, events } = await project.run([ADA, ADA], { answers: ["Ada L.", "Ada L."] });
    expect(output).toEqual(["Ada L.", "Ada L."]);
    expect(events.flatMap((event) => (event.kind === "warning" ? [event.message] : []))).toEqual([
      `the prompt of from_name answers, not its code: its certificate ${CERTIFICATE} was made for another ${part}`,
    ]);
  });
});

describe("a certificate that somebody has edited", () => {
  /** Edits the first number of a field. */
  const set = (field: string, value: number) => (project: PromotedProject) => {
    const text = project.read(CERTIFICATE);
    project.write(CERTIFICATE, text.replace(new RegExp(`("${field}": )[\\d.]+`), `$1${value}`));
  };
  /** A certificate whose own figures add up, of counts that nobody has seen. */
  const forged = (project: PromotedProject) => {
    const certificate: Certificate = JSON.parse(project.read(CERTIFICATE)); // just written
    const sources = { ...certificate.sources, traffic: certificate.sources.traffic };
    const hashes = { ...certificate.hashes, answers: "0".repeat(64) };
    project.write(
      CERTIFICATE,
      JSON.stringify(makeCertificate({ ...certificate, sources, hashes })),
    );
  };

  test.each<[string, (project: PromotedProject) => void, string]>([
    ["in its counts", set("agreed", 5), "its figures do not add up: "],
    ["in its bound", set("lower", 0.999), "its figures do not add up: "],
    ["in its claim", set("claim", 0.6), "its figures do not add up: "],
    ["in its version", set("version", 2), "its figures do not add up: "],
    ["with a checksum that fits", forged, "its answers is "],
  ])("%s lets no code answer", async (_how, edit, reason) => {
    using project = await PromotedProject.make();
    edit(project);
    expect(await refusal(project, project.promote({ mode: "code" }))).toContain(reason);
    expect(project.host.files.stat(project.path("llm-do.lock.yaml"))).toBeUndefined();
  });
});

describe("the alarm of a shadow", () => {
  const wrong = Array.from(
    { length: 60 },
    (_each, index) => `New ${index} <n${index}@example.org>`,
  );
  const alarms = (project: PromotedProject) =>
    project
      .read(LOG)
      .split("\n")
      .filter((line) => line.includes('"kind":"alarm"'));

  test.each<[string, (project: PromotedProject) => void]>([
    ["no certificate", (project) => project.host.files.remove(project.path(CERTIFICATE))],
    [
      "one that does not fit",
      (project) => project.edit("mail/from_name.worker", "You give", "You say"),
    ],
  ])("is never raised with %s, however bad the code is", async (_what, change) => {
    using project = await PromotedProject.make();
    change(project);
    const { alarm, certificate } = await project.promote({ mode: "shadow" });
    expect([alarm, certificate]).toEqual([undefined, undefined]);
    await project.run(wrong, { answers: wrong.map(() => "another") });
    expect(alarms(project)).toHaveLength(0);
    const compared = project.read(LOG).match(/"kind":"compared"/g);
    expect(compared).toHaveLength(60);
    expect(project.read("llm-do.lock.yaml")).toContain("mode: shadow\n");
    await project.promote({ mode: "shadow" });
  });

  test("watches a certificate that fits", async () => {
    using project = await PromotedProject.make();
    const { alarm } = await project.promote({ mode: "shadow" });
    expect(alarm).toMatchObject({ tolerated: expect.any(Number) });
    await project.run(wrong, { answers: wrong.map(() => "another") });
    expect(alarms(project)).toHaveLength(1);
    expect(await refusal(project, project.promote({ mode: "shadow" }))).toContain(
      "its alarm was raised on",
    );
  });
});
