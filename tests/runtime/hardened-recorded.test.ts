import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { verifyCassette } from "../../src/cassette/upkeep/verify.ts";
import { domain } from "../../src/functions/domain.ts";
import { CODE_TIMEOUT_MS } from "../../src/runtime/call/run-code.ts";
import { openFile } from "../support/cassettes.ts";
import { ManualClock } from "../support/clock.ts";
import { aHardened, exactWatch } from "../support/hardened.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { aWorker, runEntry } from "../support/project.ts";
import { runWith, twice } from "../support/run-twice.ts";

const NO_RULES = { redact: [], volatile: [] };

/** A main worker that asks a hardened one three times. */
function asking(helper: ReturnType<typeof aHardened>) {
  return aWorker("main", { calls: [helper] });
}

const THREE = ["a,b", "c", "d"]
  .map((input) => `- tool_call: { name: helper, input: { input: "${input}" } }\n`)
  .join("");

const noComma = domain<{ input: string }>({
  accepts: ({ input }) => !input.includes(",") || "it has a comma",
});

describe("a recording of a hardened function", () => {
  test.each(["shadow", "canary", "code"] as const)("in %s replays the same", async (mode) => {
    const helper = aHardened("helper", { mode, domain: noComma, share: 0.5, check: 0.5 });
    // A canary draws three calls, of which the guard leaves the first to the prompt and one is checked.
    const draws = { canary: [0.4, 0.2, 0.3, 0.7], code: [0.3, 0.7], shadow: [] }[mode].values();
    const host = testHost({ random: () => draws.next().value ?? Number.NaN });
    const calls = THREE.split("\n").filter((line) => line !== "");
    const order = {
      shadow: [calls[0], "- p1", calls[1], "- p2", calls[2], "- by code", "- Done."],
      canary: [calls[0], "- p1", calls[1], "- p2", calls[2], "- p3", "- Done."],
      code: [calls[0], "- p1", calls[1], "- p2", calls[2], "- Done."],
    }[mode];
    const answers = { shadow: 3, canary: 3, code: 2 }[mode];
    const literal = { script: order.join("\n"), host, watch: exactWatch() };
    const { first, second } = await twice(asking(helper), literal);
    expect(first.result?.output).toBe("Done.");
    expect(first.asked.filter(({ caller }) => caller?.worker === "helper")).toHaveLength(answers);
    expect(second.result).toEqual(first.result);
    const told = ({ events }: typeof first) =>
      events
        .filter(({ kind }) => kind === "answered" || kind === "shadow" || kind === "tool-result")
        .map(({ runId: _run, atMs: _at, ...event }) => event);
    expect(told(first).some(({ kind }) => kind === "shadow")).toBe(true);
    expect(told(second)).toEqual(told(first));
    expect(second.summary).toMatchObject({ exchanges: { live: 0, missed: 0, unused: 0 } });
    expect(second.summary.effects).toMatchObject({ missed: 0, unused: 0 });
  });

  test("in which an alarm was raised replays the same, wherever it is replayed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    let problem: string | undefined;
    const rings = {
      ...exactWatch(),
      problem: () => problem,
      compare: () => {
        problem = "its alarm was raised";
        return { agreed: false, differences: [], evidence: 10_000, warning: "the alarm rings" };
      },
    };
    const main = asking(aHardened("helper", { check: 1 }));
    const script = `${THREE.replaceAll("\n", "\n- by prompt\n")}- Done.`;
    const first = await runWith(main, { path, mode: "record" }, { script, watch: rings });
    const second = await runWith(main, { path, mode: "replay" }, { watch: exactWatch() });
    const results = ({ events }: typeof first) =>
      events.flatMap((one) => (one.kind === "tool-result" ? [one.output] : []));
    expect(results(first)).toEqual(["by code", "by prompt", "by prompt"]);
    expect(results(second)).toEqual(results(first));
    expect(second.summary).toMatchObject({ exchanges: { live: 0, missed: 0, unused: 0 } });
    expect(readFileSync(path, "utf8").match(/^alarm: true$/gm)).toHaveLength(2);
  });

  test("tells which calls code answered, and why it did not answer the others", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    const helper = aHardened("helper", { domain: noComma });
    const script = THREE.replace("\n", "\n- by prompt\n");
    await runWith(asking(helper), { path, mode: "record" }, { script: `${script}- Done.` });
    const effects = readFileSync(path, "utf8")
      .split("---\n")
      .filter((entry) => entry.startsWith("effect: "));
    expect(effects.map((entry) => entry.replace(/^effect: .*\n/, ""))).toEqual([
      `call: main/helper
answered: helper
mode: code
input: { input: "a,b" }
by: prompt
reason: "the input is outside its domain: it has a comma"
timing: { totalMs: 0 }
`,
      `call: "main/helper#2"
answered: helper
mode: code
input: { input: c }
by: code
output: by code
timing: { totalMs: 0 }
`,
      expect.stringContaining('call: "main/helper#3"\n'),
    ]);
    expect(verifyCassette(openFile(path), NO_RULES)).toEqual([]);
  });

  test("an entry of it that was edited is found", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    await runWith(aHardened("main"), { path, mode: "record" }, {});
    const host = testHost();
    const edited = readFileSync(path, "utf8").replace("input: Go.", "input: Stop.");
    host.files.write(path, edited);
    expect(verifyCassette(openFile(path), NO_RULES)).toMatchObject([
      { problem: expect.stringMatching(/does not fit its effect: it was edited/) },
    ]);
  });

  test("a fallback that is on no record is a miss", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    await runWith(aHardened("main"), { path, mode: "record" }, {});
    const declining = aHardened("main", { code: { run: () => ({ ok: false, reason: "no" }) } });
    const ran = await runWith(declining, { path, mode: "replay" }, {});
    expect(ran.error).toMatchObject({ code: "cassette-miss", exitCode: 3 });
    expect(ran.events.find(({ kind }) => kind === "answered")).toMatchObject({
      by: "prompt",
      reason: "its code declined: no",
    });
  });

  test("a draw that is on no record is a miss", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    await runWith(aHardened("main"), { path, mode: "record" }, {});
    const canary = aHardened("main", { mode: "canary", share: 0.5 });
    const ran = await runWith(canary, { path, mode: "replay" }, {});
    expect(ran.error).toMatchObject({ code: "cassette-miss", exitCode: 3 });
  });

  test("a shadow's prompt that is on no record is a miss", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    const watch = exactWatch();
    await runWith(aHardened("main"), { path, mode: "record" }, { watch });
    const shadowed = aHardened("main", { mode: "shadow" });
    const ran = await runWith(shadowed, { path, mode: "replay" }, { watch });
    expect(ran.error).toMatchObject({ code: "cassette-miss", exitCode: 3 });
  });

  test("is replayed without checks where nothing on record was checked", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    const watch = exactWatch();
    await runWith(aHardened("main"), { path, mode: "record" }, { watch });
    const checked = aHardened("main", { check: 1 });
    const ran = await runWith(checked, { path, mode: "replay" }, { watch });
    expect(ran.result?.output).toBe("by code");
    expect(watch.samples).toEqual([]);
  });

  test("of a shadow says what code was tried, and is replayed with it", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    const watch = exactWatch();
    const main = aHardened("main", { mode: "shadow", domain: noComma });
    await runWith(main, { path, mode: "record" }, { watch, script: "- by prompt" });
    expect(readFileSync(path, "utf8")).toContain(`mode: shadow
input: { input: Go. }
by: prompt
reason: code is tried beside it
tried: { output: by code }
`);
    expect(verifyCassette(openFile(path), NO_RULES)).toEqual([]);
    const ran = await runWith(main, { path, mode: "replay" }, { watch });
    expect(ran.result?.output).toBe("by prompt");
    expect(watch.samples.map(({ isNew }) => isNew)).toEqual([true, false]);
  });

  test("that code took longer than its prompt in a shadow is answered from the cassette", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    const clock = new ManualClock();
    const slow = { run: () => new Promise(() => undefined) };
    const main = (code = {}) => aHardened("main", { mode: "shadow", code });
    const watch = exactWatch();
    const literal = { script: "- by prompt", host: testHost({ clock }), watch };
    const running = runWith(main(slow), { path, mode: "record" }, literal);
    while (clock.pending < 2) await new Promise((go) => setImmediate(go));
    clock.pass(1);
    await running;
    const ran = await runWith(main(), { path, mode: "replay" }, { watch });
    expect(ran.events.find(({ kind }) => kind === "shadow")).toMatchObject({
      reason: "its code took longer than its prompt",
    });
    expect(watch.samples).toEqual([]);
  });

  test("that code was too late is answered from the cassette, however fast it is now", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    const clock = new ManualClock();
    const slow = aHardened("main", { code: { run: () => new Promise(() => undefined) } });
    const literal = { script: "- by prompt", host: testHost({ clock }) };
    const running = runWith(slow, { path, mode: "record" }, literal);
    while (clock.pending === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    clock.pass(CODE_TIMEOUT_MS);
    expect((await running).result?.output).toBe("by prompt");
    const replayed = await runWith(aHardened("main"), { path, mode: "replay" }, {});
    expect(replayed.result?.output).toBe("by prompt");
    expect(replayed.summary.effects).toEqual({ served: 1, live: 0, missed: 0, unused: 0 });
  });

  test.each(["shadow", "code"] as const)(
    "in %s: what is on record is neither counted nor kept again",
    async (mode) => {
      using folder = temporaryFolder();
      const path = join(folder.path, "main.yaml");
      const watch = exactWatch();
      const main = aHardened("main", { mode, check: 1 });
      for (const mode of ["auto", "auto", "replay"] as const) {
        await runWith(main, { path, mode }, { watch, script: "- by code" });
      }
      expect(watch.samples.map(({ isNew }) => isNew)).toEqual([true, false, false]);
      expect(watch.kept).toHaveLength(1);
    },
  );
});

test.each(["shadow", "code"] as const)(
  "a recording of another worker in a prompt's place, in %s, replays the same",
  async (mode) => {
    const worker = aWorker("cheaper", { model: "test:small" });
    const helper = aHardened("helper", { mode, candidate: { kind: "worker", worker }, check: 1 });
    const calls = THREE.split("\n").filter((line) => line !== "");
    const script = [...calls.flatMap((call) => [call, "- one", "- two"]), "- Done."].join("\n");
    const { first, second } = await twice(asking(helper), { script, watch: exactWatch() });
    expect(first.asked.map(({ caller }) => caller?.callId)).toContain("main/helper#2/cheaper");
    expect(second.result).toEqual(first.result);
    expect(second.summary).toMatchObject({ exchanges: { live: 0, missed: 0, unused: 0 } });
  },
);

describe("a recording that the version before made", () => {
  /** One call, of which the entry says what the version before said of it. */
  async function replayed(mode: "shadow" | "code", entry: string) {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    await runWith(aHardened("main"), { path, mode: "record" }, { watch: exactWatch() });
    const host = testHost();
    const old = readFileSync(path, "utf8").replace("mode: code\n", entry);
    host.files.write(path, old);
    const main = aHardened("main", { mode, check: 1 });
    return runWith(main, { path, mode: "replay" }, { watch: exactWatch() });
  }

  test("in the mode hardened is replayed as code", async () => {
    const ran = await replayed("code", "mode: hardened\n");
    expect(ran.result?.output).toBe("by code");
    expect(ran.summary).toMatchObject({ exchanges: { missed: 0 } });
  });

  test("of a shadow, in which code answered, is replayed so", async () => {
    const ran = await replayed("shadow", "mode: shadow\n");
    expect(ran.result?.output).toBe("by code");
    expect(ran.events.find(({ kind }) => kind === "answered")).toMatchObject({ by: "code" });
  });
});

describe("whatever domain, code and prompt do", () => {
  const said = fc.oneof(fc.constant(true as const), fc.string(), fc.constant(undefined));
  const value = fc.oneof(
    fc.record({ name: fc.string() }),
    fc.record({ ok: fc.constant(true), value: fc.record({ name: fc.string() }) }),
    fc.record({ ok: fc.constant(false), reason: fc.string() }),
    fc.jsonValue(),
  );
  const throwing = fc.boolean();
  const output = z.object({ name: z.string() });

  test("the caller gets code's valid answer or the prompt's, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ accepted: said, checked: said, code: value, throws: throwing }),
        fc.constantFrom("canary", "code"),
        fc.string({ minLength: 1 }),
        async ({ accepted, checked, code, throws }, mode, prompt) => {
          const worker = aHardened("main", {
            mode,
            share: 0.7,
            check: 0.7,
            worker: { output },
            domain: domain({
              // What JavaScript lets a domain say, whatever its type.
              accepts: () => accepted as true | string,
              check: () => checked as true | string,
            }),
            code: {
              run: () => {
                if (throws) throw new Error("thrown");
                return code;
              },
            },
          });
          const answer = { name: `prompt ${prompt}` };
          const script = `- ${JSON.stringify(JSON.stringify(answer))}`;
          const ran = await runEntry(worker, { script, watch: exactWatch() });
          const isWrapped = typeof code === "object" && code !== null && "ok" in code;
          const plain = output.safeParse(isWrapped && "value" in code ? code.value : code);
          // A domain's check that says nothing is one that was not passed.
          const isCodes = !throws && accepted === true && checked === true && plain.success;
          const byCode = ran.events.some((one) => one.kind === "answered" && one.by === "code");
          expect(byCode).toBe(isCodes);
          expect(ran.result?.output).toEqual(isCodes ? plain.data : answer);
        },
      ),
    );
  });
});
