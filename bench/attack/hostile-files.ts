import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Assault, Attack, Breach } from "./attack.ts";
import type { Command, Ended } from "./hostile-files/command-process.ts";
import { FILE_KINDS, type FileKind, PROJECT } from "./hostile-files/file-kinds.ts";
import { HOSTILE_TEXTS } from "./hostile-files/hostile-texts.ts";
import { SPECIAL_FILES } from "./hostile-files/special-files.ts";

/** A file of one kind, made at a path. */
export interface HostileFile {
  readonly name: string;
  readonly kind: FileKind;
  readonly make: (path: string) => void;
}

/** How a command ended that was given such a file. */
export interface Ending extends Ended {
  /** Files that it made or changed. */
  readonly written: readonly string[];
}

const SLOW_MS = 2_000;
/** A command that takes so long is taken for one that does not end. */
const HANGS_MS = 30_000;
/** A file of 200 MB is read into one text; Node alone takes 100 MB with all that is loaded. */
const MOST_MB = 1_000;
const EXAMPLES = 40;

export const hostileFiles: Attack = {
  name: "hostile-files",
  what: "hostile files (worker, cases, cassette, lock, ledger, rules)",
  least: 500,
  run: async ({ trials, seed, say }) => {
    const found = new Findings();
    using commands = new Commands();
    let [tried, slowestMs, peakMb] = [0, 0, 0];
    for (const file of chosenFiles(trials, seed)) {
      const ending = await commands.endingOf(file);
      found.add(file, ending);
      tried++;
      slowestMs = Math.max(slowestMs, ending.cpuMs);
      peakMb = Math.max(peakMb, ending.peakMb);
    }
    say(`slowest ${(slowestMs / 1000).toFixed(2)} s, most memory ${peakMb.toFixed(0)} MB`);
    return { tried, breaches: found.breaches } satisfies Assault;
  },
};

/** Every hostile text and special file in the place of every kind of file. */
function allFiles(): readonly HostileFile[] {
  return FILE_KINDS.flatMap((kind) => [
    ...Object.entries(SPECIAL_FILES).map(([name, make]) => ({ name, kind, make })),
    ...HOSTILE_TEXTS.map(({ name, text }) => {
      const [before, behind] = kind.around ?? ["", ""];
      const make = (path: string) =>
        writeFileSync(
          path,
          Buffer.concat([before, text(), behind].map((part) => Buffer.from(part))),
        );
      return { name, kind, make };
    }),
  ]);
}

/** So many of them, spread evenly over all, from one that the seed says. */
function chosenFiles(trials: number, seed: number): readonly HostileFile[] {
  const all = allFiles();
  const step = Math.max(1, all.length / trials);
  const count = Math.min(trials, all.length);
  return Array.from({ length: count }, (_, at) => {
    const file = all[(Math.floor(at * step) + seed) % all.length];
    if (!file) throw new TypeError("there are no hostile files");
    return file;
  });
}

/** Gives files to their commands, in a process that is ended when it hangs. */
export class Commands implements Disposable {
  readonly #temporary = temporaryFolder();
  #process: ChildProcess | undefined;

  async endingOf({ kind, make }: HostileFile): Promise<Ending> {
    const folder = join(this.#temporary, "project");
    mkdirSync(folder);
    try {
      for (const [name, text] of Object.entries(PROJECT)) writeFileSync(join(folder, name), text);
      make(join(folder, kind.path));
      const before = statesOf(folder);
      const ended = await this.#run({ folder, words: kind.words });
      const after = statesOf(folder);
      const isChanged = ([name, state]: [string, string]) => before.get(name) !== state;
      const written = [...after].filter(isChanged).map(([name]) => name);
      return { ...ended, written };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #run(command: Command): Promise<Ended> {
    this.#process ??= fork(join(import.meta.dirname, "hostile-files/command-process.ts"), {
      env: { PATH: process.env["PATH"], HOME: this.#temporary },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const child = this.#process;
    const signal = AbortSignal.timeout(HANGS_MS);
    child.send(command);
    try {
      const [ended] = await once(child, "message", { signal });
      return ended as Ended;
    } catch {
      this[Symbol.dispose]();
      return { exitCode: 0, stderr: "it hung, and was ended", cpuMs: HANGS_MS, peakMb: 0 };
    }
  }

  [Symbol.dispose](): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }
}

function statesOf(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    names.map((name) => {
      const { size, mtimeMs, ino } = lstatSync(join(folder, name));
      return [name, `${size} ${mtimeMs} ${ino}`];
    }),
  );
}

/** An error of the product: what failed and why, without a stack or an apology. */
export function isClearError({ exitCode, stderr }: Ended): boolean {
  const isError = exitCode > 0 && /^Failed to \w+ .*: \S/m.test(stderr);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  const steers = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(stderr);
  return (
    isError && !steers && !/^ {4}at |bug in llm-do|^a bug/m.test(stderr) && stderr.length < 5_000
  );
}

/** What is no clear, quick and clean end, by kinds. */
class Findings {
  readonly #found = {
    "without a clear error": [] as string[],
    "slower than 2 s": [] as string[],
    "over 1 GB": [] as string[],
    "with something written": [] as string[],
  };

  add({ name, kind }: HostileFile, ending: Ending): void {
    const { cpuMs, peakMb, written, stderr, exitCode } = ending;
    const what = `${kind.name}: ${name}`;
    const found = this.#found;
    if (!isClearError(ending)) {
      const said = JSON.stringify(stderr.slice(0, 300));
      found["without a clear error"].push(`${what}: exit code ${exitCode}, ${said}`);
    }
    if (cpuMs > SLOW_MS) found["slower than 2 s"].push(`${what}: ${cpuMs.toFixed(0)} ms`);
    if (peakMb > MOST_MB) found["over 1 GB"].push(`${what}: ${peakMb.toFixed(0)} MB`);
    if (written.length > 0) found["with something written"].push(`${what}: ${written.join(", ")}`);
  }

  get breaches(): readonly Breach[] {
    return Object.entries(this.#found).map(([what, all]) => {
      return { what, count: all.length, bound: 0, examples: all.slice(0, EXAMPLES) };
    });
  }
}
