import { splitCommand } from "../../src/toolsets/shell/split-command.ts";
import { seededRandom } from "../../tests/support/seeded-random.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Assault, Attack, AttackOptions } from "./attack.ts";
import { commandSource } from "./shell-words/generate-command.ts";
import { type SplitLine, WordShell } from "./shell-words/shell.ts";

/** Commands that one start of a shell is asked about. */
const BATCH = 4000;

const LOCALES = ["C.UTF-8", "C"] as const;

const SHOWN_EXAMPLES = 5;

/** Command lines that are generated for one that is to be accepted, at most. */
const MOST_GENERATED = 100_000;

/** A batch with more differences than that is not searched to its end. */
const MOST_FOUND = 3;

type Split = typeof splitCommand;

/**
 * Command lines that the toolset `shell` splits, compared with what dash and bash make of them. A
 * trial is a line that was accepted, so that a program would be started: the shells must find the same
 * words in it and do nothing beside. What is refused starts nothing and is not counted.
 */
export const shellWords: Attack = attackOn(splitCommand);

/** The same for another way to split, to see that the attack finds what is wrong with it. */
export function attackOn(split: Split): Attack {
  return {
    name: "shell-words",
    what: "shell commands against dash and bash",
    least: 1_000_000,
    run: (options) => assail(split, options),
  };
}

/** What was found of two kinds of harm. */
interface Found {
  readonly differences: string[];
  /** Commands that a shell would not start a program for. */
  readonly escapes: string[];
}

async function assail(split: Split, { trials, seed, say }: AttackOptions): Promise<Assault> {
  const folder = temporaryFolder();
  const shells = ["dash", "bash"].map((name) => new WordShell(name, folder));
  const ownWords = new Set(shells.flatMap((shell) => shell.ownWords));
  const source = commandSource(seededRandom(seed), [...ownWords]);
  const found: Found = { differences: [], escapes: [] };
  let tried = 0;
  let generated = 0;
  const most = trials * MOST_GENERATED;
  for (let batch = 0; tried < trials && generated < most; batch++) {
    const lines: SplitLine[] = [];
    while (lines.length < Math.min(BATCH, trials - tried) && generated < most) {
      const command = source.next();
      generated++;
      const said = split(command);
      if (said.kind === "refused") continue;
      lines.push({ command, words: said.words });
    }
    tried += lines.length;
    const comparable = lines.filter((line) => !isOwnWord(line, ownWords, found));
    const locale = LOCALES[batch % LOCALES.length] ?? "C";
    await Promise.all(shells.map((shell) => compare(shell, comparable, { locale, found })));
  }
  say(`${generated} command lines were generated, and ${tried} of them accepted and compared`);
  return {
    tried,
    breaches: Object.entries(found).map(([what, all]) => ({
      what,
      count: all.length,
      bound: 0,
      examples: all.slice(0, SHOWN_EXAMPLES),
    })),
  };
}

/** Whether a command that was accepted begins with what a shell would do itself. */
function isOwnWord({ command, words }: SplitLine, own: ReadonlySet<string>, found: Found): boolean {
  if (!own.has(words[0])) return false;
  found.escapes.push(`${JSON.stringify(command)} begins with a word of the shell's own`);
  return true;
}

interface Comparing {
  readonly locale: string;
  readonly found: Found;
}

/** Halves the lines that a shell disagrees about until one is left. */
async function compare(
  shell: WordShell,
  lines: readonly SplitLine[],
  { locale, found }: Comparing,
): Promise<void> {
  const open: (readonly SplitLine[])[] = [lines];
  let here = 0;
  for (let next = open.pop(); next && here < MOST_FOUND; next = open.pop()) {
    if (next.length === 0 || (await shell.agrees(next, locale))) continue;
    const [line] = next;
    if (line && next.length === 1) {
      here++;
      found.differences.push(await shell.tells(line, locale));
    } else {
      const middle = Math.ceil(next.length / 2);
      open.push(next.slice(middle), next.slice(0, middle));
    }
  }
}
