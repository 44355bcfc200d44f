import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { appendEntry } from "../../src/hardening/watch/log-file.ts";
import { repository, runNode } from "../support/cli.ts";
import { testHost } from "../support/host.ts";
import { modelServer } from "../support/model-server.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { answering, slugOf, titles, WatchedProject } from "../support/watched-project.ts";

const agreeing = answering(slugOf);
const differing = answering((title) => `the-${slugOf(title)}`);

/** Counts of a log's lines, by kind and by who answered. */
function counts(project: WatchedProject): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const entry of project.log()) {
    const name = entry.kind === "call" ? `call ${entry.by}` : entry.kind;
    all[name] = (all[name] ?? 0) + 1;
  }
  return all;
}

describe("a shadow", () => {
  test("asks the provider, answers as it does and logs each pair without inputs or answers", async () => {
    using project = await WatchedProject.locked("shadow");
    await using server = await modelServer(({ messages }) => [
      JSON.stringify(messages).includes("Report 1 ") ? "another" : "report-0-of-the-group",
    ]);
    const host = testHost({ cwd: project.path("."), env: server.env });
    const { output, said } = await project.run(titles(2), { host });
    expect([output, said]).toEqual([["report-0-of-the-group", "another"], []]);
    expect(server.asked).toHaveLength(2);
    expect(project.log()).toMatchObject([
      { kind: "call", mode: "shadow", by: "prompt" },
      { kind: "compared", mode: "shadow", agreed: true, source: "live", ms: 0 },
      { kind: "call", mode: "shadow", by: "prompt" },
      { kind: "compared", mode: "shadow", agreed: false, source: "live", ms: 0 },
    ]);
    expect(readFileSync(project.logPath, "utf8")).not.toMatch(/report|group|another/i);
    expect(statSync(project.logPath).mode & 0o777).toBe(0o600);
  });

  test("whose code gives no answer logs why, without what may be of the input", async () => {
    using project = await WatchedProject.locked("shadow");
    const throwing = "run: ({ input }) => { throw new Error(input); },";
    const text = project.read("slug.ts").replace(/run: \({ input }\).*/, throwing);
    using declared = WatchedProject.declared("shadow");
    writeFileSync(declared.path("slug.ts"), text);
    const { output, said } = await declared.run(["Secret Title"], { transport: agreeing });
    expect([output, said]).toEqual([["secret-title"], []]);
    expect(declared.log()).toMatchObject([{ kind: "call", reason: "its code threw" }]);
    expect(readFileSync(declared.logPath, "utf8")).not.toContain("Secret");
  });
});

describe("code that answers", () => {
  test("is checked against the provider in a share of its calls", async () => {
    using project = await WatchedProject.locked("code", { check: 0.25 });
    await using server = await modelServer(({ messages }) => {
      const number = /Report (\d+)/.exec(JSON.stringify(messages))?.[1];
      return [`report-${number}-of-the-group`];
    });
    const random = seededRandom(1);
    const host = testHost({ cwd: project.path("."), env: server.env, random });
    const { output } = await project.run(titles(40), { host });
    expect(output).toEqual(titles(40).map(slugOf));
    expect(counts(project)).toMatchObject({ "call code": 40, compared: server.asked.length });
    expect(server.asked.length).toBeGreaterThan(2);
    expect(server.asked.length).toBeLessThan(20);
  });

  test("is checked in one of fifty calls where nothing else is said", async () => {
    using project = await WatchedProject.locked("code");
    const host = testHost({ cwd: project.path("."), random: seededRandom(2) });
    await project.run(titles(1500), { host, transport: agreeing });
    const { compared = 0 } = counts(project);
    expect(compared).toBeGreaterThan(10);
    expect(compared).toBeLessThan(60);
  });

  test("as a canary answers one of ten calls, of which one in five is checked", async () => {
    using project = await WatchedProject.locked("canary");
    const host = testHost({ cwd: project.path("."), random: seededRandom(3) });
    await project.run(titles(1500), { host, transport: agreeing });
    const { "call code": byCode = 0, "call prompt": byPrompt = 0, compared = 0 } = counts(project);
    expect(byCode + byPrompt).toBe(1500);
    expect(byCode).toBeGreaterThan(100);
    expect(byCode).toBeLessThan(200);
    expect(compared).toBeGreaterThan(10);
    expect(compared).toBeLessThan(60);
  });

  test("a call on record is neither logged nor checked again, and a replay writes nothing", async () => {
    using project = await WatchedProject.locked("code", { check: 1 });
    const path = project.path("c.yaml");
    for (const mode of ["auto", "auto", "replay"] as const) {
      await project.run(titles(3), { transport: agreeing, cassette: { path, mode } });
    }
    expect(counts(project)).toEqual({ "call code": 3, compared: 3 });
    project.host.files.remove(project.logPath);
    await project.run(titles(3), { cassette: { path, mode: "replay" } });
    expect(project.host.files.stat(project.logPath)).toBeUndefined();
  });
});

describe("the alarm", () => {
  test("is not raised by two per cent of noise under a certificate of 95 %", async () => {
    using project = await WatchedProject.locked("shadow");
    const random = seededRandom(11);
    const noisy = answering((title) => (random() < 0.02 ? `the-${slugOf(title)}` : slugOf(title)));
    const { said } = await project.run(titles(1500), { transport: noisy });
    expect(said).toEqual([]);
    expect(counts(project)).toEqual({ "call prompt": 1500, compared: 1500 });
  });

  test.each(["canary", "code"] as const)(
    "acts within the run in mode %s: the next call is the prompt's, and the lock file says so",
    async (mode) => {
      using project = await WatchedProject.locked(mode, { check: 1, share: 1 });
      const { output, said, events } = await project.run(titles(100), { transport: differing });
      const byCode = (output as string[]).filter((slug) => !slug.startsWith("the-")).length;
      expect(byCode).toBeLessThan(12);
      const reason = `code and prompt disagreed on ${byCode} of ${byCode} compared inputs`;
      expect(said).toEqual([
        `the alarm of slug is raised: ${reason}; its prompt answers from now on`,
      ]);
      expect((output as string[]).slice(byCode).every((slug) => slug.startsWith("the-"))).toBe(
        true,
      );
      expect(counts(project)).toEqual({ "call code": byCode, compared: byCode, alarm: 1 });
      expect(project.read("llm-do.lock.yaml")).toContain("mode: prompt\n");
      expect(project.read("llm-do.lock.yaml")).toContain(`reason: ${reason}\n`);
      const answered = events.filter(({ kind }) => kind === "answered");
      expect(answered.at(-1)).toMatchObject({ by: "prompt", reason: /its alarm was raised/ });
      const next = await project.run(titles(3), { transport: differing });
      expect(next.events.some(({ kind }) => kind === "answered")).toBe(false); // no code is there
    },
  );

  test("in a shadow ends the comparisons", async () => {
    using project = await WatchedProject.locked("shadow");
    const { said } = await project.run(titles(100), { transport: differing });
    expect(said).toHaveLength(1);
    expect(counts(project)["compared"]).toBeLessThan(12);
    expect(project.read("llm-do.lock.yaml")).toContain("mode: prompt\n");
  });

  test("that another process raises is seen at the next call", async () => {
    using project = await WatchedProject.locked("code", { check: 0 });
    let asked = 0;
    const place = { path: project.logPath, top: project.path(".") };
    const other = answering((title) => `the-${slugOf(title)}, ${++asked}`);
    const raising = titles(6).map((title) => title);
    const { files } = project.host;
    const host = {
      ...project.host,
      files: {
        ...files,
        appendLine: (path: string, line: string) => {
          files.appendLine(path, line);
          const calls = project.log().filter(({ kind }) => kind === "call").length;
          if (calls !== 3 || line.includes("alarm")) return;
          const entry = { kind: "alarm", reason: "drift", compared: 9, disagreed: 9 } as const;
          appendEntry(place, { ...entry, at: "2026-02-03" }, files);
        },
      },
    };
    const { output, said } = await project.run(raising, { host, transport: other });
    expect((output as string[]).map((slug) => slug.startsWith("the-"))).toEqual([
      ...[false, false, false, true, true, true],
    ]);
    expect(said).toEqual([
      "the prompt of slug answers, not its code: its alarm was raised on 2026-02-03: drift; llm-do monitor tells, and monitor --reset takes it back",
    ]);
    expect(project.read("llm-do.lock.yaml")).toContain("mode: prompt\n");
  });

  test("of code on its author's word tolerates 2 %, stays between runs, and begins anew after a reset", async () => {
    using project = WatchedProject.declared("hardened", "check: 1");
    const first = await project.run(titles(30), { transport: differing });
    expect(first.said).toHaveLength(1);
    const second = await project.run(titles(3), { transport: differing });
    expect(second.output).toEqual(titles(3).map((title) => `the-${slugOf(title)}`));
    expect(second.said).toEqual([
      expect.stringContaining("the prompt of slug answers, not its code: its alarm was raised on"),
    ]);
    const place = { path: project.logPath, top: project.path(".") };
    appendEntry(place, { kind: "reset", at: "2026-02-03" }, project.host.files);
    const third = await project.run(titles(3), { transport: agreeing });
    expect([third.output, third.said]).toEqual([titles(3).map(slugOf), []]);
    expect(counts(project)["alarm"]).toBe(1);
  });

  test("is told once where calls run at once", async () => {
    using project = WatchedProject.declared("code", "check: 1");
    const text = project
      .read("all.ts")
      .replace(
        /for \(const title of titles\).*/,
        'slugs.push(...(await Promise.all(titles.map((title) => ctx.call("slug", title)))));',
      );
    writeFileSync(project.path("all.ts"), text);
    const { said } = await project.run(titles(30), { transport: differing });
    expect(said).toEqual([expect.stringContaining("the alarm of slug is raised")]);
    expect(counts(project)["alarm"]).toBe(1);
  });
});

describe("what cannot be kept", () => {
  test("is not answered by code, which is said once", async () => {
    using project = await WatchedProject.locked("code", { check: 1 });
    mkdirSync(project.logPath, { recursive: true });
    const { output, said } = await project.run(titles(3), { transport: differing });
    expect(output).toEqual(titles(3).map((title) => `the-${slugOf(title)}`));
    expect(said).toEqual([expect.stringContaining("the prompt of slug answers, not its code: ")]);
    expect(said[0]).toContain("cannot be");
  });

  test("in the lock file is said with the alarm", async () => {
    using project = await WatchedProject.locked("code", { check: 1 });
    const refuse = () => {
      throw new Error("the disk is full");
    };
    const host = { ...project.host, files: { ...project.host.files, write: refuse } };
    const { output, said } = await project.run(titles(30), { transport: differing, host });
    expect((output as string[]).at(-1)).toMatch(/^the-/);
    expect(said).toEqual([
      expect.stringMatching(/the alarm of slug is raised.*; the disk is full/),
    ]);
    const next = await project.run(titles(1), { transport: differing });
    expect(next.output).toEqual(["the-report-0-of-the-group"]); // the log has the alarm
    expect(project.read("llm-do.lock.yaml")).toContain("mode: prompt\n");
  });
});

describe("four processes at once", { timeout: 120_000 }, () => {
  test("lose no line of the log", async () => {
    const count = 60;
    using project = await WatchedProject.locked("shadow");
    const script = join(repository, "tests/support/watched-writer.ts");
    const ends = await Promise.all(
      ["a", "b", "c", "d"].map((name) => runNode([script, project.path("."), name, String(count)])),
    );
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      Array.from({ length: 4 }, () => ({ code: 0, stderr: "" })),
    );
    expect(counts(project)).toEqual({ "call prompt": 4 * count, compared: 4 * count });
  });
});
