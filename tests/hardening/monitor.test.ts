import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { guard as printGuard } from "../../src/hardening/promote/guard.ts";
import { parseLock } from "../../src/project/lock/lock-file.ts";
import { answeredBy, nameOf, SwapProject } from "../support/swap-project.ts";

interface Guarded {
  readonly stdout: string;
  readonly exitCode: number;
}

/** What `llm-do guard` prints and ends with. */
async function guard(
  project: SwapProject,
  workers: readonly string[] = [],
  flags: Parameters<typeof printGuard>[1] = { recordings: ["mail/cassettes"] },
): Promise<Guarded> {
  project.host.written.stdout = "";
  const end = (exitCode: number) => ({ stdout: project.host.written.stdout, exitCode });
  try {
    await printGuard(workers, flags, project.host);
    return end(0);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return end(error.exitCode);
  }
}

const headers = (count: number, from = 0) =>
  Array.from({ length: count }, (_each, index) => `Person ${from + index} <p@example.org>`);

/** Runs a shadowed function whose every call is compared. */
async function shadowed(project: SwapProject, { agreed = 0, disagreed = 0, from = 0 }) {
  const asked = headers(agreed + disagreed, from);
  const answers = asked.map((header, index) => (index < agreed ? nameOf(header) : "somebody"));
  return await project.run(asked, { answers });
}

const RECORD = ".llm-do/hardening/mail/from_name.json";

describe("a shadowed function", () => {
  test("is compared call by call, and what was seen is kept between runs", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "shadow", share: 1 });
    const { output, events } = await shadowed(project, { agreed: 2, disagreed: 1 });
    expect(output).toEqual(["Person 0", "Person 1", "Person 2"]);
    expect(events.filter(({ kind }) => kind === "shadow")).toMatchObject([
      { agreed: true },
      { agreed: true },
      { agreed: false, differences: [{ path: "", code: "Person 2", prompt: "somebody" }] },
    ]);
    await shadowed(project, { agreed: 1, from: 3 });
    expect(JSON.parse(project.read(RECORD))).toEqual({
      shadow: 1,
      worker: "mail/from_name.worker",
      name: "from_name",
      alarm: { compared: 4, disagreed: 1, alarmed: false },
      compared: 4,
      disagreed: 1,
      scripted: 4,
    });
    const { stdout, exitCode } = await guard(project);
    expect(exitCode).toBe(0);
    expect(
      stdout,
    ).toBe(`from_name (mail/from_name.worker): shadow (100 % of calls), code in mail/from_name.ts#from_name
  certificate: fits; at least 50 % agreement on 13 held-out inputs
  compared: 4 calls, 1 disagreed; in 4 a script stood in for the model; E 4.41 of 20 in this window of 4
`);
  });

  test("gives the prompt its place back when the alarm is raised", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "shadow", share: 1 });
    // 5 to the power of two is above 20.
    const { output, events } = await shadowed(project, { disagreed: 3 });
    expect(output).toEqual(["Person 0", "Person 1", "Person 2"]); // a run keeps to what it began with
    const reason = "code and prompt disagreed on 2 of 2 compared calls (E 25.00, alarm at 20)";
    expect(events.flatMap((event) => (event.kind === "warning" ? [event.message] : []))).toEqual([
      `the alarm of from_name is raised: ${reason}; from the next run on its prompt answers`,
    ]);
    const [locked] = parseLock(project.read("llm-do.lock.yaml"), "llm-do.lock.yaml").functions;
    const reverted = { at: "2026-01-01T00:00:00.000Z", reason };
    expect(locked).toMatchObject({ mode: "prompt", reverted });
    const next = await project.run(headers(1), { answers: ["somebody"] });
    expect(next.output).toEqual(["somebody"]);
    expect(answeredBy(next.events)).toEqual([]);
  });

  test("whose alarm was raised is not answered by code until a person has looked", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "shadow", share: 1 });
    await shadowed(project, { disagreed: 2 });
    const alarmed = await guard(project);
    expect(alarmed.exitCode).toBe(1);
    expect(alarmed.stdout).toContain(
      "  alarm: raised 2026-01-01T00:00:00.000Z: code and prompt disagreed on 2 of 2",
    );
    await expect(project.swap({ mode: "shadow" })).rejects.toThrow(/its alarm was raised on 2026/);
    // Whoever only edits the lock file has not looked.
    project.edit("llm-do.lock.yaml", "    mode: prompt", "    mode: shadow");
    const edited = await project.run(headers(1), { answers: ["somebody"] });
    expect(edited.output).toEqual(["somebody"]);
    expect(edited.events.find(({ kind }) => kind === "warning")).toMatchObject({
      message: expect.stringContaining("its alarm was raised on 2026-01-01T00:00:00.000Z"),
    });
    // Nor has another machine, which has compared nothing itself.
    project.host.files.remove(project.path(RECORD));
    const elsewhere = await project.run(headers(1), { answers: ["somebody"] });
    expect(elsewhere.output).toEqual(["somebody"]);
    expect(await guard(project, ["mail/from_name.worker"], { reset: true })).toEqual({
      stdout: "from_name: its alarm is reset, nothing compared\n",
      exitCode: 0,
    });
    expect(project.read("llm-do.lock.yaml")).not.toContain("reverted:");
    await project.swap({ mode: "shadow", share: 1 });
    const again = await project.run(headers(1), { answers: ["Person 0"] });
    expect(answeredBy(again.events)).toEqual(["code"]);
    expect((await guard(project)).exitCode).toBe(0);
  });

  test("replays without counting, whatever was raised on this machine", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "shadow", share: 1 });
    const lock = project.read("llm-do.lock.yaml");
    const path = project.path("mail/cassettes/shadow.yaml");
    const asked = headers(2);
    const answers = ["somebody", "nobody"];
    const first = await project.run(asked, { answers, cassette: { path, mode: "record" } });
    const record = project.read(RECORD);
    project.write("llm-do.lock.yaml", lock);
    const second = await project.run(asked, { cassette: { path, mode: "replay" } });
    expect(second.output).toEqual(first.output);
    expect(answeredBy(second.events)).toEqual(["code", "code"]);
    expect(second.events.filter(({ kind }) => kind === "shadow")).toMatchObject([
      { agreed: false },
      { agreed: false },
    ]);
    expect(project.read(RECORD)).toBe(record);
    expect(project.read("llm-do.lock.yaml")).toBe(lock);
  });

  test("with a record that cannot be read is answered by its prompt", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "shadow", share: 1 });
    project.write(RECORD, "{ not json");
    const { output, events } = await project.run(headers(1), { answers: ["somebody"] });
    expect(output).toEqual(["somebody"]);
    expect(events.find(({ kind }) => kind === "warning")).toMatchObject({
      message: expect.stringContaining("the record is not valid YAML"),
    });
    expect((await guard(project)).exitCode).toBe(2);
    await guard(project, [], { reset: true });
    expect((await guard(project)).exitCode).toBe(0);
  });

  test("with a comparator that is none is answered by its prompt", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "shadow", share: 1 });
    project.edit("llm-do.lock.yaml", "comparator: exact", "comparator: exactly");
    const { output } = await project.run(headers(1), { answers: ["somebody"] });
    expect(output).toEqual(["somebody"]);
  });
});

describe("guard", () => {
  test("without any such function says so", async () => {
    using project = await SwapProject.make();
    expect(await guard(project)).toEqual({
      stdout: "no function has both a prompt and code\n",
      exitCode: 0,
    });
  });

  test("counts who answered recorded calls, and why the prompt had to", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "hardened" });
    await project.run(["Ada <a@b>", "a@b", "c@d", "A <a@b>, B <b@c>"], {
      answers: ["a", "c", "A and B"],
      cassette: { path: project.path("mail/cassettes/new.yaml"), mode: "record" },
    });
    const { stdout, exitCode } = await guard(project);
    expect(exitCode).toBe(0);
    expect(
      stdout,
    ).toBe(`from_name (mail/from_name.worker): hardened, code in mail/from_name.ts#from_name
  certificate: fits; at least 50 % agreement on 13 held-out inputs; the recordings are others by now, compare again to use them
  compared: nothing yet
  recorded: code answered 1, the prompt 3 (75.0 %)
    2: its code declined: no display name
    1: the input is outside its domain: several senders
`);
  });

  test("ends with 2 when a certificate no longer fits", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "hardened" });
    project.edit("mail/from_name.worker", "You give", "You say");
    const { stdout, exitCode } = await guard(project);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("  certificate: does not fit: the prompt has changed\n");
  });

  test("ends with 2 when a certificate cannot be looked at", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "hardened" });
    project.host.files.remove(project.path("mail/from_name.worker"));
    const { stdout, exitCode } = await guard(project);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("  certificate: does not fit: it cannot be checked: ");
  });

  test("knows no worker that nothing names", async () => {
    using project = await SwapProject.make();
    await project.swap({ mode: "hardened" });
    const unknown = printGuard(["fromname"], {}, project.host);
    await expect(unknown).rejects.toMatchObject({ exitCode: 2, tries: ["llm-do guard from_name"] });
  });
});
