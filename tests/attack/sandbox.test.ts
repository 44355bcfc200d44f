import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { answering } from "../../bench/attack/sandbox/program.ts";
import { attackSandbox, SANDBOX_PROGRAMS, sandbox } from "../../bench/attack/sandbox.ts";
import type { Outcome, runSandboxed } from "../../src/hardening/write/sandbox/sandbox.ts";

const quiet = { seed: 1, say: () => undefined };

/** A sandbox that is none: it runs the code here, with all that there is. */
const leaky: typeof runSandboxed = async ({ code, inputs }) => {
  const make = new Function("require", `${code}; return answer;`);
  const answer: (input: unknown) => Outcome = make(createRequire(import.meta.url));
  return inputs.map(answer);
};

describe("the programs that attack the sandbox", () => {
  test("are at least a hundred, each with a name of its own", () => {
    expect(SANDBOX_PROGRAMS.length).toBeGreaterThanOrEqual(100);
    expect(new Set(SANDBOX_PROGRAMS.map(({ name }) => name)).size).toBe(SANDBOX_PROGRAMS.length);
    expect(sandbox.least).toBe(SANDBOX_PROGRAMS.length);
  });

  test("do no harm, some of each kind", async () => {
    const kinds = Map.groupBy(SANDBOX_PROGRAMS, ({ name }) => name.split(":")[0]);
    const some = [...kinds.values()].flatMap(([first]) => (first ? [first] : []));
    const trials = some.length;
    const assault = await attackSandbox(some, { ...quiet, trials });
    expect(failuresOf(sandbox, trials, assault)).toEqual([]);
  }, 120_000);

  test("are noticed where they get out", async () => {
    const value = (text: string) => `{ kind: "value", value: ${text} }`;
    const planted = [
      `require("node:fs").writeFileSync("FILE", "x"); return ${value("1")};`,
      `return ${value("process.env.SANDBOX_ATTACK_SECRET")};`,
      `return ${value(`require("node:fs").readFileSync("SECRET_FILE", "utf8")`)};`,
      `return ${value("process.hrtime.bigint().toString()")};`,
      `return ${value("2")};`,
    ].map((body, at) => ({ name: `planted ${at}`, code: answering(body), says: /^=(?:1|".*")$/ }));
    const trials = planted.length;
    const { breaches } = await attackSandbox(planted, { ...quiet, trials }, leaky);
    expect(
      breaches.map(({ count, examples }) => ({ count, examples: examples.toSorted() })),
    ).toEqual([
      {
        count: 4,
        examples: [
          "planted 0: it wrote a file",
          "planted 1: it read a file or the environment",
          "planted 2: it read a file or the environment",
          "planted 3: two processes answer differently",
        ],
      },
      { count: 2, examples: [`planted 4: told "=2"`, `planted 4: told "=2"`] },
    ]);
  });
});
