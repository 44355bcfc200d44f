import { describe, expect, test } from "vitest";
import { parseSplitLedger } from "../../src/certificate/ledger-text.ts";
import { LedgerView } from "../../src/certificate/ledger-view.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { type MonitorFlags, monitor as printMonitor } from "../../src/hardening/promote/monitor.ts";
import type { MonitoredFunction } from "../../src/hardening/promote/monitored-function.ts";
import { splitInput } from "../../src/hardening/recordings/distinct-inputs.ts";
import { parseLock } from "../../src/project/lock/lock-file.ts";
import { answeredBy, nameOf, PromotedProject } from "../support/promoted-project.ts";

interface Monitored {
  readonly stdout: string;
  readonly exitCode: number;
}

/** What `llm-do monitor` prints and ends with. */
async function monitor(
  project: PromotedProject,
  flags: MonitorFlags = {},
  workers: readonly string[] = [],
): Promise<Monitored> {
  project.host.written.stdout = "";
  const end = (exitCode: number) => ({ stdout: project.host.written.stdout, exitCode });
  try {
    await printMonitor(workers, { recordings: ["mail/cassettes"], ...flags }, project.host);
    return end(0);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return end(error.exitCode);
  }
}

async function figures(project: PromotedProject, flags: MonitorFlags = {}) {
  const { stdout } = await monitor(project, { ...flags, json: true });
  const [one] = (JSON.parse(stdout) as { functions: MonitoredFunction[] }).functions;
  if (!one) throw new Error("there is no function");
  return one;
}

const headers = (count: number, from = 0) =>
  Array.from({ length: count }, (_each, index) => `Person ${from + index} <p@example.org>`);

/** Runs the function over new headers; the prompt agrees with code on the first of them. */
async function compared(project: PromotedProject, { agreed = 0, disagreed = 0, from = 0 }) {
  const asked = headers(agreed + disagreed, from);
  const answers = asked.map((header, index) => (index < agreed ? nameOf(header) : "somebody"));
  const path = project.path(`mail/cassettes/run-${from}.yaml`);
  return await project.run(asked, { answers, cassette: { path, mode: "record" } });
}

const LOG = ".llm-do/hardening/mail/from_name.log.jsonl";
const LEDGER = "mail/hardening/from_name/split.lock.json";

/** An alarm that takes a few disagreements. */
const NERVOUS = { mode: "code", check: 1, falseAlarmEvery: 10 } as const;

describe("monitor", () => {
  test("without any such function says so", async () => {
    using project = await PromotedProject.make();
    expect(await monitor(project)).toEqual({
      stdout: "Functions with prompt and code: there are none\n",
      exitCode: 0,
    });
  });

  test("says who answers, by what, how much, and what was compared", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code", check: 1 });
    await project.run(["Ada <a@b>", "a@b", "c@d", "A <a@b>, B <b@c>"], {
      answers: ["Ada", "a", "c", "A and B"],
      cassette: { path: project.path("mail/cassettes/new.yaml"), mode: "record" },
    });
    const { stdout, exitCode } = await monitor(project);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "Functions with prompt and code: 1 function, all well\n\nfrom_name (mail/from_name.worker): mail/from_name.ts#from_name answers\n",
    );
    expect(stdout).toMatch(/certificate +fits; at least 50 % agreement \(\d+ of \d+ held-out/);
    expect(stdout).toMatch(/coverage +25\.0 % \(1 of 4 calls by code\), between 0(\.\d+)? % and/);
    expect(stdout).toMatch(/fallback +75\.0 % \(3 calls\), between/);
    expect(stdout).toMatch(/\n +2: its code declined\n +1: the input is outside its domain\n/);
    expect(stdout).toMatch(/compared +1 answer, 0 disagreed: agreement between/);
    expect(stdout).toMatch(/alarm +calm \(level \d of 10,000; it tolerates 50 %\)/);
    expect(stdout).toMatch(/saved +no price is on record \(1 call of the model, less 1 check\)/);
  });

  test("gives the same figures as JSON", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "shadow" });
    await compared(project, { agreed: 3, disagreed: 1 });
    expect(await figures(project)).toMatchObject({
      name: "from_name",
      worker: "mail/from_name.worker",
      mode: "shadow",
      calls: { code: 4, fallbacks: 0, coverage: { share: 1, upper: 1 } },
      compared: { compared: 4, counted: 4, disagreed: 1, scripted: 4, agreement: { share: 0.75 } },
      alarm: { state: "calm", falseAlarmEvery: 10_000 },
      saved: { calls: 0, checks: 0 },
      days: [{ compared: 4, agreed: 3 }],
      damagedLines: 0,
    });
  });

  test("shows train disagreements, and of the holdout their number alone", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "shadow", falseAlarmEvery: 1e9 });
    await compared(project, { disagreed: 12 });
    const { disagreements } = await figures(project);
    const sides = headers(12).map((header) => splitInput({ input: header }).side);
    const train = headers(12).filter((_each, index) => sides[index] === "train");
    expect(disagreements.heldOut).toBe(12 - train.length);
    expect(disagreements.heldOut).toBeGreaterThan(0);
    expect(disagreements.shown).toEqual(
      train.map((header) => ({
        input: { input: header },
        prompt: "somebody",
        code: nameOf(header),
      })),
    );
    const { stdout } = await monitor(project, { page: "page.html" });
    const page = project.read("page.html");
    for (const [index, header] of headers(12).entries()) {
      if (sides[index] === "train") continue;
      expect(stdout).not.toContain(`${nameOf(header)} `);
      expect(page).not.toContain(`${nameOf(header)} `);
    }
    // Once an input is listed and opened, it is shown.
    await project.compare(0.5);
    expect((await figures(project)).disagreements.heldOut).toBe(disagreements.heldOut);
  });

  test("does not call well what nothing checks", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code", check: 0 });
    const { stdout } = await monitor(project);
    expect(stdout).toContain("1 function, 1 of them unchecked");
    expect(stdout).toContain("alarm        none: no answer of code is checked");
    expect(stdout).not.toMatch(/well|calm/);
    await project.promote({ mode: "code", check: 0.5 });
    expect((await monitor(project)).stdout).toContain("calm");
  });

  test("counts disagreements whose inputs are on no record", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "shadow", falseAlarmEvery: 1e9 });
    await project.run(headers(12), { answers: headers(12).map(() => "somebody") });
    const { shown, unrecorded, heldOut } = (await figures(project)).disagreements;
    expect([shown, unrecorded + heldOut]).toEqual([[], 12]);
  });

  test("ends with 2 when a certificate no longer fits or cannot be looked at", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code" });
    project.edit("mail/from_name.worker", "You give", "You say");
    const changed = await monitor(project);
    expect(changed.exitCode).toBe(2);
    expect(changed.stdout).toMatch(/certificate +does not fit: the prompt has changed\n/);
    const inside = { ...project.host, cwd: project.path("mail") };
    await expect(printMonitor([], {}, inside)).rejects.toMatchObject({
      tries: [
        "make a new one: llm-do compare from_name.worker from_name.ts#from_name",
        "and put the code in place by it: llm-do promote from_name.worker --to code",
      ],
    });
    project.host.files.remove(project.path("mail/from_name.worker"));
    const gone = await monitor(project);
    expect(gone.exitCode).toBe(2);
    expect(gone.stdout).toMatch(/certificate +does not fit: it cannot be checked: /);
  });

  test("knows no worker that nothing names", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code" });
    const unknown = printMonitor(["fromname"], {}, project.host);
    await expect(unknown).rejects.toMatchObject({
      exitCode: 2,
      tries: ["llm-do monitor from_name"],
    });
  });

  test("writes a page with plots beside the reports", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "shadow" });
    await compared(project, { agreed: 3 });
    await monitor(project, { page: true });
    const page = project.read("mail/hardening/from_name/monitor.html");
    expect(page).toContain("<svg");
    expect(page).toContain("Coverage by day");
    expect(page).not.toMatch(/(src|href)="https?:/);
  });

  test("says that of many certificates one may be false", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code" });
    const lock = project.read("llm-do.lock.yaml");
    const [head = "", entry = ""] = lock.split("functions:\n");
    const workers = Array.from({ length: 20 }, (_each, index) => `w${index}`);
    const copies = workers.map((name) => {
      project.write(`${name}.worker`, project.read("mail/from_name.worker"));
      return entry
        .replace("mail/from_name.worker", `${name}.worker`)
        .replace(/name: .*/, `name: ${name}`);
    });
    project.write("llm-do.lock.yaml", `${head}functions:\n${entry}${copies.join("")}`);
    // Copies have no ledger of their own, so that one certificate fits.
    const { stdout } = await monitor(project);
    expect(stdout).toContain("21 functions, 20 certificates that no longer fit");
    expect(stdout).not.toContain("is to be expected");
  });
});

describe("an alarm", () => {
  test("gives the prompt its place back until a person has looked", async () => {
    using project = await PromotedProject.make();
    await project.promote(NERVOUS);
    await compared(project, { disagreed: 12 });
    const [locked] = parseLock(project.read("llm-do.lock.yaml"), "llm-do.lock.yaml").functions;
    expect(locked).toMatchObject({ mode: "prompt", reverted: { reason: expect.any(String) } });
    const alarmed = await monitor(project);
    expect(alarmed.exitCode).toBe(1);
    expect(alarmed.stdout).toMatch(
      /alarm +raised 2026-.*: code and prompt disagreed on \d+ of \d+/,
    );
    for (const mode of ["shadow", "code"] as const) {
      await expect(project.promote({ mode })).rejects.toThrow(/its alarm was raised on 2026/);
    }
    // Whoever only edits the lock file has not looked.
    project.edit("llm-do.lock.yaml", "    mode: prompt", "    mode: code");
    const edited = await project.run(headers(1, 50), { answers: ["somebody"] });
    expect(edited.output).toEqual(["somebody"]);
    project.edit("llm-do.lock.yaml", "    mode: code", "    mode: prompt");
  });

  test("that is reset moves earlier inputs to train, so that a new certificate needs new ones", async () => {
    using project = await PromotedProject.make();
    await project.promote(NERVOUS);
    await compared(project, { disagreed: 12 });
    const { stdout, exitCode } = await monitor(project, { reset: true });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^from_name: the alarm of 2026\S+ is taken back \(.*\); the inputs listed so far in mail\/hardening\/from_name\/split.lock.json have moved to train, and only those listed from now on are evidence\n$/,
    );
    expect(project.read("llm-do.lock.yaml")).not.toContain("reverted:");
    const ledger = parseSplitLedger(project.read(LEDGER), LEDGER);
    expect(ledger.events.at(-1)).toMatchObject({ kind: "cut", why: "alarm" });
    const [first] = ledger.events;
    if (first?.kind !== "inputs") throw new Error("no inputs were listed");
    const sides = new LedgerView(ledger).listed(first).map(({ side }) => side);
    expect(new Set(sides)).toEqual(new Set(["train"]));
    // What was recorded and never listed is of the world before, too.
    expect(sides.length).toBeGreaterThan(60);
    // The old certificate is of a world that is no more; a shadow makes the evidence for the next.
    await expect(project.promote({ mode: "code" })).rejects.toThrow(
      /its evidence was set aside on/,
    );
    await project.promote({ mode: "shadow" });
    const again = await compared(project, { agreed: 1, from: 100 });
    expect(answeredBy(again.events)).toEqual(["prompt"]);
    expect((await monitor(project)).exitCode).toBe(0);
    // Nothing is cut twice for one alarm.
    await monitor(project, { reset: true });
    expect(parseSplitLedger(project.read(LEDGER), LEDGER).events).toHaveLength(
      ledger.events.length,
    );
  });

  test("that was not raised is not cut for", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code", check: 1 });
    const before = project.read(LEDGER);
    await compared(project, { agreed: 2 });
    const { stdout } = await monitor(project, { reset: true }, ["from_name"]);
    expect(stdout).toBe("from_name: no alarm was raised; its comparisons are counted anew\n");
    expect(project.read(LEDGER)).toBe(before);
    expect((await figures(project)).compared.compared).toBe(0);
  });
});

describe("logs of several machines", () => {
  const line = (at: string, agreed: boolean, key: string) =>
    `${JSON.stringify({ at, kind: "compared", mode: "code", key, agreed, source: "live" })}\n`;
  const time = (minute: number) => new Date(Date.UTC(2026, 5, 1, 0, minute)).toISOString();
  /** Lines of one machine. */
  const lines = (name: string, minutes: readonly number[], agreed = true) =>
    minutes.map((minute) => line(time(minute), agreed, `${name}-${minute}`)).join("");

  function mergedLines(project: PromotedProject): readonly { at: string; kind: string }[] {
    const text = project.read(".llm-do/hardening/merged/mail/from_name.jsonl");
    return text
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one));
  }

  test("are merged by time, behind what was merged before", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code" });
    project.write("a.jsonl", lines("a", [1, 3, 5]));
    project.write("b.jsonl", lines("b", [2, 4]));
    const log = ["a.jsonl", "b.jsonl"];
    const { merged } = await figures(project, { log });
    expect(merged).toMatchObject({ compared: 5, disagreed: 0, alarm: { state: "calm" } });
    const before = mergedLines(project);
    expect(before.map(({ at }) => at).slice(1)).toEqual([1, 2, 3, 4, 5].map(time));
    // A late line stands behind; nothing is read twice.
    project.write("a.jsonl", lines("a", [1, 3, 5]) + lines("a", [0, 9]));
    await figures(project, { log });
    await figures(project, { log });
    const after = mergedLines(project);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length).map(({ at }) => at)).toEqual([0, 9].map(time));
    expect((await figures(project)).merged).toMatchObject({ compared: 7 });
  });

  test("read a log anew that is another one, and not what a process was writing when it ended", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code" });
    project.write("a.jsonl", lines("a", [1, 2]));
    await figures(project, { log: ["a.jsonl"] });
    const merged = ".llm-do/hardening/merged/mail/from_name.jsonl";
    project.write(merged, project.read(merged) + lines("a", [3]));
    project.write("a.jsonl", lines("c", [4, 5, 6]));
    await figures(project, { log: ["a.jsonl"] });
    expect(
      mergedLines(project)
        .map(({ at }) => at)
        .slice(1),
    ).toEqual([1, 2, 4, 5, 6].map(time));
  });

  test("together raise an alarm that none of them raises, and the prompt answers", async () => {
    using project = await PromotedProject.make();
    await project.promote({ mode: "code", falseAlarmEvery: 100 });
    const minutes = [1, 2, 3, 4, 5, 6, 7, 8];
    const log = ["a", "b", "c"].map((name) => {
      project.write(`${name}.jsonl`, lines(name, minutes, false));
      return `${name}.jsonl`;
    });
    const { exitCode, stdout } = await monitor(project, { log });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/all machines +24 answers/);
    const [locked] = parseLock(project.read("llm-do.lock.yaml"), "llm-do.lock.yaml").functions;
    expect(locked).toMatchObject({ mode: "prompt", reverted: { at: expect.any(String) } });
    const { stdout: reset } = await monitor(project, { reset: true });
    expect(reset).toContain("is taken back");
    expect((await monitor(project)).exitCode).toBe(2); // the certificate's evidence was set aside
    // Merging again brings no alarm back.
    expect((await figures(project, { log })).merged?.alarm.state).toBe("calm");
  });

  test("are of one function, and must be there", async () => {
    using project = await PromotedProject.make();
    const none = printMonitor([], { log: ["a.jsonl"] }, project.host);
    await expect(none).rejects.toThrow(/a log is of one function/);
    await project.promote({ mode: "code" });
    const missing = printMonitor([], { log: ["a.jsonl"] }, project.host);
    await expect(missing).rejects.toThrow(/there is no such log/);
  });
});

test("a log that is damaged counts the rest, and says so", async () => {
  using project = await PromotedProject.make();
  await project.promote({ mode: "shadow" });
  project.write(LOG, `${project.read(LOG)}{ not json\n`);
  await compared(project, { agreed: 1 });
  expect((await monitor(project)).stdout).toMatch(/log +1 damaged line, which count nothing/);
});
