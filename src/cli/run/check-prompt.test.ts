import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandContext } from "../../../tests/support/command-line.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeFileSystem } from "../../host/files/node-file-system.ts";
import { createProgram, type Run } from "../program.ts";
import { asPrompt, checkPrompt } from "./check-prompt.ts";
import { splitArguments } from "./split-arguments.ts";

/** A folder that holds `main.worker`, `tools.ts`, `tools.py` and the folder `docs`. */
const THERE: ReadonlySet<string> = new Set(["main.worker", "tools.ts", "tools.py", "docs"]);
const cwd = {
  resolve: (path: string) => path,
  files: {
    ...nodeFileSystem,
    stat: (path: string) =>
      THERE.has(path) ? ({ kind: "file", bytes: 1, modifiedMs: 0 } as const) : undefined,
  },
};

type Understood = ReturnType<typeof splitArguments> & {
  readonly flags: Readonly<Record<string, unknown>>;
};

function newProgram(run: Run = async () => undefined) {
  return createProgram(run, commandContext());
}

/** What a run is asked for by a command line that is right. */
async function understood(argv: readonly string[]): Promise<Understood | undefined> {
  let result: Understood | undefined;
  const program = newProgram(async (words, flags) => {
    result = { ...splitArguments(words, cwd), flags: { ...flags } };
  });
  checkPrompt(argv, program, cwd);
  await program.parseAsync([...argv], { from: "user" });
  return result;
}

/** The words that a shell makes of the first command of an error's advice. */
function advisedWords(error: unknown): readonly string[] {
  if (!isLlmDoError(error, "usage")) throw error;
  const [command = ""] = error.tries.flatMap(
    (hint) => /(?:^|: )(llm-do .*)$/s.exec(hint)?.[1] ?? [],
  );
  return wordsOf(command);
}

function wordsOf(command: string): readonly string[] {
  const script = `llm-do() { printf '%s\\0' "$@"; }\n${command}`;
  const printed = execFileSync("bash", ["-c", script], { encoding: "utf8" });
  return printed.split("\0").slice(0, -1);
}

function errorOf(...argv: string[]): unknown {
  try {
    checkPrompt(argv, newProgram(), cwd);
  } catch (error) {
    return error;
  }
  return undefined;
}

const flags = fc.constantFrom<string[]>(
  [],
  ["--json"],
  ["-vv"],
  ["--model", "test"],
  ["--mode=auto", "-s", 'settings.stop_sequences=["a b"]'],
  ['-ssettings.stop_sequences=["a b"]'],
);
const sentence = fc
  .array(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 8 }), {
    minLength: 2,
    maxLength: 4,
  })
  .map((words) => words.join(" "));

describe("the command that an error shows", () => {
  test("passes a prompt that begins with - as it was meant, with all flags", async () => {
    const dashed = fc.tuple(fc.constantFrom("-", "--", "---", "- "), sentence);
    await fc.assert(
      fc.asyncProperty(dashed, flags, fc.boolean(), async ([dash, text], given, isLast) => {
        const prompt = `${dash}${text}`;
        const argv = isLast ? [...given, "main.worker", prompt] : [prompt, "main.worker", ...given];
        const error = errorOf(...argv);
        fc.pre(error !== undefined); // such as --set=key=a b, which is a flag with its value
        const { flags: meant } = (await understood(["main.worker", "x", ...given])) ?? {};
        const again = await understood(advisedWords(error));
        expect(again).toEqual({ files: ["main.worker"], prompt, flags: meant });
      }),
      { numRuns: 60, examples: [[["--", "verbose please explain"], [], true]] },
    );
  });

  test("passes several words without quotes as one prompt, with all flags", async () => {
    const word = fc.stringMatching(/^[a-z',.!?$*]{1,8}$/).filter((each) => !THERE.has(each));
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { minLength: 2, maxLength: 5 }),
        flags,
        async (said, given) => {
          const error = errorOf("main.worker", "tools.ts", ...said, ...given);
          const { flags: meant } = (await understood(["main.worker", "x", ...given])) ?? {};
          const again = await understood(advisedWords(error));
          const files = ["main.worker", "tools.ts"];
          expect(again).toEqual({ files, prompt: said.join(" "), flags: meant });
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["a word before the file", ["hello", "main.worker"], ["main.worker", "hello"]],
    [
      "a prompt between files",
      ["main.worker", "say it", "tools.ts"],
      ["main.worker", "tools.ts", "say it"],
    ],
    [
      "a file's name within",
      ["main.worker", "read", "tools.ts", "now"],
      ["main.worker", "read tools.ts now"],
    ],
    ["Python within", ["main.worker", "port", "tools.py"], ["main.worker", "port tools.py"]],
    [
      "a folder's name within",
      ["main.worker", "docs", "are", "bad"],
      ["main.worker", "docs are bad"],
    ],
    ["words after --", ["main.worker", "--", "-a", "b"], ["main.worker", "--", "-a b"]],
    ["no file", ["say", "it"], ["main.worker", "say it"]],
    ["a misspelt command", ["chek", "main.worker"], ["check", "main.worker"]],
  ])("is right for %s", (_what, argv, advised) => {
    expect(advisedWords(errorOf(...argv))).toEqual(advised);
  });

  test("reads a prompt of several lines from a file", () => {
    expect(errorOf("main.worker", "- a\n- b")).toMatchObject({
      tries: ["llm-do main.worker < prompt.txt", "llm-do --help"],
    });
  });
});

describe("nothing is wrong with", () => {
  test.each<[string, readonly string[]]>([
    ["a prompt after --", ["main.worker", "--", "--verbose please explain"]],
    ["a sentence that ends in a file's name", ["main.worker", "explain tools.ts"]],
    ["a value that begins with -", ["main.worker", "-m", "- x", "Hi."]],
    ["a value with white space", ["main.worker", "--set=a=b c", "-sa=b c", "Hi."]],
    ["a folder, whose own error says more", ["docs", "Hi."]],
    ["Python, whose own error says more", ["main.worker", "tools.py", "Hi."]],
    ["another command", ["compare", "main.worker", "- a b"]],
    ["help", ["some", "words", "--help"]],
  ])("%s", (_what, argv) => {
    expect(errorOf(...argv)).toBeUndefined();
  });
});

describe("an unknown flag without white space", () => {
  test.each<[readonly string[], readonly string[]]>([
    [
      ["main.worker", "--please", "explain"],
      ["main.worker", "--", "--please explain"],
    ],
    [
      ["main.worker", "explain", "--this", "-v"],
      ["main.worker", "explain --this", "-v"],
    ],
    [
      ["main.worker", "-5"],
      ["main.worker", "--", "-5"],
    ],
  ])("may be a prompt: %j", (argv, advised) => {
    expect(wordsOf(asPrompt(argv, newProgram(), cwd) ?? "")).toEqual(advised);
  });

  test("is none where there is nothing that takes a prompt", () => {
    expect(asPrompt(["--please"], newProgram(), cwd)).toBeUndefined();
    expect(asPrompt(["main.worker", "Hi.", "--json"], newProgram(), cwd)).toBeUndefined();
  });
});
