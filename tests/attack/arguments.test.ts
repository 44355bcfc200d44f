import { describe, expect, test, vi } from "vitest";
import { readArguments } from "../../bench/attack/arguments.ts";
import type { Attack } from "../../bench/attack/attack.ts";
import { carryOut } from "../../bench/attack/carry-out.ts";

const NAMES = ["words", "paths"];

describe("the arguments of npm run attack", () => {
  test("default to all attacks with all their trials", () => {
    const all = { kind: "run", only: [], trials: undefined, seed: 1, markdown: false };
    expect(readArguments([], NAMES)).toEqual(all);
  });

  test("name attacks, trials and a seed", () => {
    const words = ["--only", "words,paths", "--only=words", "--trials", "1_000,000", "--seed=0"];
    expect(readArguments([...words, "--markdown"], NAMES)).toEqual({
      kind: "run",
      only: ["words", "paths", "words"],
      trials: 1_000_000,
      seed: 0,
      markdown: true,
    });
  });

  test.each<[readonly string[], RegExp]>([
    [["--only", "word"], /^there is no attack "word"; known: words, paths$/],
    [["--only", ""], /^there is no attack ""; known/],
    [["--trials", "abc"], /^--trials must be a whole number above 0, not "abc"$/],
    [["--trials", "0"], /^--trials must be/],
    [["--trials=-1"], /^--trials must be/],
    [["--trials", "1.5"], /^--trials must be/],
    [["--trials", "1e3"], /^--trials must be/],
    [["--trials", ""], /^--trials must be/],
    [["--trials"], /--trials <value>' argument missing/],
    [["--seed", "x"], /^--seed must be a whole number from 0 to 4294967295, not "x"$/],
    [["--seed", "4294967296"], /^--seed must be/],
    [["--trails", "5"], /^Unknown option '--trails'/],
    [["words"], /^Unexpected argument 'words'/],
  ])("%j is told in one line", (words, reason) => {
    const request = readArguments(words, NAMES);
    expect(request).toEqual({ kind: "wrong", reason: expect.stringMatching(reason) });
  });

  test("--help lists the attacks", () => {
    const request = readArguments(["--help"], NAMES);
    expect(request).toMatchObject({ kind: "help", text: expect.stringContaining("words, paths") });
  });
});

describe("carrying out", () => {
  const attack = (name: string, run: Attack["run"]): Attack => ({
    name,
    what: name,
    least: 2,
    run,
  });
  const harmless = attack("harmless", async ({ trials }) => ({ tried: trials, breaches: [] }));
  const broken = attack("broken", async () => {
    throw new Error("no room");
  });

  async function carried(...attacks: readonly Attack[]) {
    const written = { out: "", err: "" };
    const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written.out += String(text);
      return true;
    });
    const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      written.err += String(text);
      return true;
    });
    const code = await carryOut(attacks, { trials: undefined, seed: 1, markdown: false });
    out.mockRestore();
    err.mockRestore();
    return { code, ...written };
  }

  test("prints the table, and 0 where every bound held", async () => {
    const told = await carried(harmless);
    expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/^what .*\nharmless {2}2 /) });
  });

  test("goes on after an attack that breaks off, which is a failure", async () => {
    const told = await carried(broken, harmless);
    expect(told.code).toBe(1);
    expect(told.out).toContain("harmless");
    expect(told.err).toContain("broken: broke off: Error: no room");
  });
});
