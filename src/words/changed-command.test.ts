import fc from "fast-check";
import { expect, test } from "vitest";
import { commandContext } from "../../tests/support/command-line.ts";
import { createProgram, type Run } from "../cli/program.ts";
import { commandWithFlag, commandWithoutPrompt } from "./changed-command.ts";

/** The words of a line as a shell takes it apart; only single quotes and backslashes occur. */
function shellWords(line: string): readonly string[] {
  return [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/gs)].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/gs, (_whole, quoted, escaped) => quoted ?? escaped),
  );
}

/** What the program understands of a command line. */
async function understood(argv: readonly string[]) {
  const got: { words: readonly string[]; flags: object }[] = [];
  const run: Run = async (words, flags) => void got.push({ words, flags });
  const program = createProgram(run, commandContext());
  await program.parseAsync([...argv], { from: "user" });
  return got[0];
}

const text = fc.oneof(
  fc.lorem({ maxCount: 4 }),
  fc.constantFrom("-h is a flag", "--mode", "--mode record", "--", "-", "it's $HOME `x`", "a\nb"),
);
const flag = fc.constantFrom(
  ["--mode", "replay"],
  ["--mode=auto"],
  ["--cassette", "c.yaml"],
  ["--json"],
  ["-vv"],
  ["-s", "model=test"],
);

test("advice is the same command line with the flag, wherever the prompt stands", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(flag), text, fc.boolean(), async (flags, prompt, isFirst) => {
      const own = flags.flat();
      const isPlain = !prompt.startsWith("-");
      const files = ["main.worker"];
      const argv =
        isFirst && isPlain ? [...files, prompt, ...own] : [...files, ...own, "--", prompt];
      const advised = shellWords(commandWithFlag(argv, "--mode", "record"));
      expect(advised[0]).toBe("llm-do");
      const before = await understood(argv);
      const after = await understood(advised.slice(1));
      expect(after?.words).toEqual(before?.words);
      expect(after?.flags).toEqual({ ...before?.flags, mode: "record" });
    }),
  );
});

test("advice without the prompt keeps every flag, and takes another prompt at its end", async () => {
  const words = fc.constantFrom("hello", "say it", "model=test", "c.yaml", "it's");
  await fc.assert(
    fc.asyncProperty(fc.array(flag), words, fc.boolean(), async (flags, prompt, isFirst) => {
      const own = flags.flat();
      const argv = isFirst ? ["main.worker", prompt, ...own] : ["main.worker", ...own, prompt];
      const advised = shellWords(`${commandWithoutPrompt(argv, prompt)} 'another one'`);
      const before = await understood(argv);
      const after = await understood(advised.slice(1));
      expect(after?.words).toEqual(["main.worker", "another one"]);
      expect(after?.flags).toEqual(before?.flags);
    }),
  );
});

test("advice where there is no prompt is the same command line", () => {
  const argv = ["main.worker", "--attach", "a b.txt", "--entry", "main", " "];
  expect(commandWithoutPrompt(argv, undefined)).toBe(
    "llm-do main.worker --attach 'a b.txt' --entry main",
  );
});
