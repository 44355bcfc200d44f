import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CassetteFile } from "../../src/cassette/file/cassette-file.ts";
import { keepTimings } from "../../src/cassette/session/keep-timings.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { question, record, saying, textOf } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

interface Recorded {
  readonly key: string;
  readonly call: string;
  readonly ms: number;
}

function fileOf(entries: readonly Recorded[]): CassetteFile {
  const documents = entries.map(
    ({ key, call, ms }) =>
      `---\nexchange: ${key}\ncall: ${call}\nsystem: |\n  timing: { firstMs: 9, totalMs: 9 }\nresponse: []\nstop: end\nusage: { inputTokens: 1, outputTokens: 1 }\ntiming: { firstMs: ${ms}, totalMs: ${2 * ms} }\n`,
  );
  return CassetteFile.ofText("a.yaml", `cassette: 1\n${documents.join("")}`, nodeFileSystem);
}

function timesOf(text: string): readonly number[] {
  return [...text.matchAll(/^timing: \{ firstMs: (\d+)/gm)].map(([, ms]) => Number(ms));
}

const kept = (old: readonly Recorded[], made: readonly Recorded[]) =>
  keepTimings(fileOf(old), fileOf(made));

const one = (ms: number, key = "aa", call = "main") => ({ key, call, ms });

describe("effects that happen at once", () => {
  const effects = (...said: readonly (readonly [key: string, call: string, output: string])[]) =>
    CassetteFile.ofText(
      "a.yaml",
      `cassette: 1\n${said
        .map(([key, call, output]) =>
          key === ""
            ? "---\nexchange: ff\ncall: main\nresponse: []\nstop: end\nusage: { inputTokens: 1, outputTokens: 1 }\ntiming: { firstMs: 1, totalMs: 1 }\n"
            : `---\neffect: ${key}\ncall: ${call}\ntool: t\nkind: local\ninput: 1\noutput: ${output}\ntiming: { totalMs: 1 }\n`,
        )
        .join("")}`,
      nodeFileSystem,
    );
  const order = (text: string) => [...text.matchAll(/^output: (.*)$/gm)].map(([, said]) => said);

  test("stand in the order of the old recording, those that are new where they are", () => {
    const old = effects(["a", "m/1", "a"], ["b", "m/2", "b"], ["", "", ""], ["c", "m/3", "c"]);
    const made = effects(
      ["b", "m/2", "b"],
      ["n", "m/9", "n"],
      ["a", "m/1", "a"],
      ["", "", ""],
      ["c", "m/3", "c"],
    );
    expect(order(keepTimings(old, made))).toEqual(["a", "n", "b", "c"]);
    expect(
      keepTimings(
        old,
        effects(["b", "m/2", "b"], ["a", "m/1", "a"], ["", "", ""], ["c", "m/3", "c"]),
      ),
    ).toBe(old.text);
  });

  test("keep their order where their keys are equal, and stay between their exchanges", () => {
    const old = effects(["x", "m/1", "o"], ["", "", ""], ["a", "m/2", "o"]);
    const made = effects(
      ["a", "m/1", "first"],
      ["a", "m/1", "second"],
      ["", "", ""],
      ["b", "m/2", "third"],
    );
    expect(order(keepTimings(old, made))).toEqual(["first", "second", "third"]);
  });
});

describe("the timings of a recording that takes another's place", () => {
  test.each([
    [3100, 5000, 3100],
    [3100, 6200, 3100],
    [3100, 6201, 6201],
    [3100, 1550, 3100],
    [3100, 1549, 1549],
    [1, 999, 1],
    [0, 1000, 0],
    [900, 2001, 2001],
  ])("were %i ms, are %i ms, and stand there as %i ms", (before, after, expected) => {
    expect(timesOf(kept([one(before)], [one(after)]))).toEqual([expected]);
  });

  test("are compared by key, whatever the order, else by how early they are in their call", () => {
    const old = [one(1000, "aa"), one(3000, "bb"), one(9000, "cc", "main/a")];
    const made = [one(3001, "bb"), one(1001, "xx"), one(9001, "yy", "main/a"), one(500, "zz")];
    expect(timesOf(kept(old, made))).toEqual([3000, 1001, 9000, 500]);
    expect(timesOf(kept(old, [one(1001, "xx"), one(3001, "yy")]))).toEqual([1000, 3000]);
  });

  test("are all that is taken over, and nothing of an unchanged recording changes", () => {
    const entries = fc.array(
      fc.record({
        key: fc.constantFrom("aa", "bb", "cc"),
        call: fc.constantFrom("main", "main/a"),
        ms: fc.nat(5000),
      }),
      { maxLength: 8 },
    );
    const factor = fc.double({ min: 0.51, max: 1.9, noNaN: true });
    fc.assert(
      fc.property(entries, entries, factor, (old, made, by) => {
        const text = kept(old, made);
        const plain = (some: string) => some.replaceAll(/^timing: .*$/gm, "");
        expect(plain(text)).toBe(plain(fileOf(made).text));
        const slower = old.map((entry) => ({ ...entry, ms: Math.round(entry.ms * by) }));
        expect(kept(old, slower)).toBe(fileOf(old).text);
        expect(keepTimings(fileOf(old), CassetteFile.ofText("a.yaml", text, nodeFileSystem))).toBe(
          text,
        );
      }),
    );
  });
});

test("recording anew keeps them, and the cassette stays readable where the old one was not", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await record(path, [[question("One?"), saying("1")]]);
  const slow = textOf(path).replace(/^timing: .*$/m, "timing: { firstMs: 40, totalMs: 80 }");
  writeFileSync(path, slow);
  await record(path, [[question("One?"), saying("1")]]);
  expect(textOf(path)).toBe(slow);
  writeFileSync(path, slow.replace("response:", "respons: ["));
  await record(path, [[question("One?"), saying("1")]]);
  expect(textOf(path)).toMatch(/^response:$/m);
});
