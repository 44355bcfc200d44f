import { describe, expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { attackOn, shellWords } from "../../bench/attack/shell-words.ts";
import { splitCommand } from "../../src/toolsets/shell/split-command.ts";

const options = { trials: 2_000, seed: 11, say: () => undefined };

/** Passes a sign on as text, as a mistake in the splitting would. */
function careless(sign: string) {
  return attackOn((command) => {
    const split = splitCommand(command.replaceAll(sign, "\u03a9"));
    if (split.kind === "refused") return split;
    const [first, ...rest] = split.words.map((word) => word.replaceAll("\u03a9", sign));
    return { kind: "words", words: [first ?? "", ...rest] };
  });
}

describe("shell words under attack", () => {
  test("are those of dash and bash", { timeout: 120_000 }, async () => {
    const assault = await shellWords.run(options);
    expect(failuresOf(shellWords, options.trials, assault)).toEqual([]);
  });

  test.each(["*", "~", ";", ">", "$"])(
    "where %s were passed on as text, the attack would say so",
    { timeout: 120_000 },
    async (sign) => {
      const attack = careless(sign);
      const assault = await attack.run({ ...options, trials: 200 });
      expect(failuresOf(attack, 200, assault)[0]).toMatch(/^differences: \d+, at most 0$/);
    },
  );

  test("a word that a shell takes for itself is an escape", async () => {
    const attack = attackOn((text) =>
      text.startsWith("eval ")
        ? { kind: "words", words: ["eval", "a"] }
        : { kind: "refused", reason: "other" },
    );
    const assault = await attack.run({ ...options, trials: 1 });
    expect(failuresOf(attack, 1, assault)[0]).toBe("escapes: 1, at most 0");
  });

  test("trials that were not made are a failure", async () => {
    const attack = attackOn(() => ({ kind: "refused", reason: "all" }));
    const assault = await attack.run({ ...options, trials: 1 });
    expect(failuresOf(attack, 1, assault)).toHaveLength(1);
  });
});
