import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CassetteFile } from "../../src/cassette/file/cassette-file.ts";
import { Tape } from "../../src/cassette/read/tape.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";

interface Recorded {
  readonly key: string;
  readonly call: string;
  readonly sample: number;
}

const calls = ["main", "main/a", "main/b"];

const recordings = fc.array(
  fc.record({
    key: fc.constantFrom("aa", "bb"),
    call: fc.constantFrom(...calls),
    sample: fc.constantFrom(1, 1, 2),
  }),
  { maxLength: 30 },
);

const questions = fc.array(
  fc.record({ key: fc.constantFrom("aa", "bb", "cc"), call: fc.constantFrom(...calls, "main/c") }),
  { maxLength: 40 },
);

function tapeOf(entries: readonly Recorded[], draws: boolean): Tape {
  const documents = entries.map(
    ({ key, call, sample }) =>
      `---\neffect: ${key}\n${sample > 1 ? `sample: ${sample}\n` : ""}call: ${call}\noutput: 1\ntiming: { totalMs: 0 }\n`,
  );
  const text = `cassette: 1\n${documents.join("")}`;
  return new Tape(CassetteFile.ofText("a.yaml", text, nodeFileSystem), draws);
}

/** Says the same in the plainest way: the first that is left of the call, else of any. */
function reference(entries: readonly Recorded[], draws: boolean) {
  const served = new Set<number>();
  return (key: string, call: string): number => {
    const left = [...entries.keys()].filter((index) => {
      const entry = entries[index];
      return entry?.key === key && !served.has(index) && (draws || entry.sample === 1);
    });
    const found = left.find((index) => entries[index]?.call === call) ?? left[0] ?? -1;
    served.add(found);
    return found;
  };
}

describe("the tape", () => {
  test("gives each recording once, the call's own first, then in recorded order", () => {
    fc.assert(
      fc.property(recordings, questions, fc.boolean(), (entries, asked, draws) => {
        const tape = tapeOf(entries, draws);
        const expected = reference(entries, draws);
        for (const { key, call } of asked) {
          const taken = tape.take(key, call);
          expect(taken ? tape.entries.indexOf(taken) : -1).toBe(expected(key, call));
        }
      }),
    );
  });

  test("looks at each of many equal recordings once", () => {
    const count = 32_000;
    const entries = Array.from({ length: count }, () => ({ key: "aa", call: "main", sample: 1 }));
    const tape = tapeOf(entries, false);
    let looks = 0;
    tape.answers = new Proxy(tape.answers, {
      apply: (answers, self, args: [Recorded & never]) => {
        looks++;
        return Reflect.apply(answers, self, args);
      },
    });
    for (let index = 0; index < count; index++) expect(tape.take("aa", "main")).toBeDefined();
    expect(looks).toBeLessThan(3 * count);
  });
});
