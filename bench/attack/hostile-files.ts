import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, ROOT } from "../command.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Assault, Attack, Breach } from "./attack.ts";
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
export interface Ending {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly tookMs: number;
  /** The most memory that it held. */
  readonly peakMb: number;
  /** Files that it made or changed. */
  readonly written: readonly string[];
}

const SLOW_MS = 2_000;
/** A command that takes so long is taken for one that does not end. */
const HANGS_MS = 20_000;
/** Another try tells a slow command from a busy machine. */
const TRIES = 3;
/** A file of 200 MB is read into one text; Node alone takes 60 MB. */
const MOST_MB = 700;
const KIB_PER_MB = 1024;
const EXAMPLES = 5;

export const hostileFiles: Attack = {
  name: "hostile-files",
  what: "hostile files (worker, cases, cassette, lock, ledger, rules)",
  least: 500,
  run: async ({ trials, seed, say }) => {
    const found = new Findings();
    let [tried, slowestMs, peakMb] = [0, 0, 0];
    llmDo(); // builds the command when it is missing
    for (const file of chosenFiles(trials, seed)) {
      const ending = endingOf(file);
      found.add(file, ending);
      tried++;
      slowestMs = Math.max(slowestMs, ending.tookMs);
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

/** Gives a file to its command; a slow one is tried again. */
export function endingOf(file: HostileFile): Ending {
  let ending = oneEnding(file);
  for (let tries = 1; tries < TRIES && ending.tookMs > SLOW_MS; tries++) ending = oneEnding(file);
  return ending;
}

function oneEnding({ kind, make }: HostileFile): Ending {
  const folder = join(temporary, "project");
  mkdirSync(folder);
  try {
    for (const [name, text] of Object.entries(PROJECT)) writeFileSync(join(folder, name), text);
    make(join(folder, kind.path));
    const before = statesOf(folder);
    const beganMs = performance.now();
    const ended = spawnSync(process.execPath, [...TELL_MEMORY, ...kind.words], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: temporary },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      encoding: "utf8",
      timeout: HANGS_MS,
      killSignal: "SIGKILL",
    });
    const tookMs = performance.now() - beganMs;
    const after = statesOf(folder);
    return {
      exitCode: ended.status,
      stderr: ended.stderr,
      tookMs,
      peakMb: Number(ended.output[3] ?? 0) / KIB_PER_MB,
      written: [...after].flatMap(([name, state]) => (before.get(name) === state ? [] : [name])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const temporary = temporaryFolder();
const TELL_MEMORY = ["--import", `${ROOT}bench/tell-memory.js`];

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
export function isClearError({ exitCode, stderr }: Ending): boolean {
  const isError = exitCode !== null && exitCode > 0 && /^Failed to \w+ .*: \S/m.test(stderr);
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
    "over 700 MB": [] as string[],
    "with something written": [] as string[],
  };

  add({ name, kind }: HostileFile, ending: Ending): void {
    const { tookMs, peakMb, written, stderr, exitCode } = ending;
    const what = `${kind.name}: ${name}`;
    const found = this.#found;
    if (!isClearError(ending)) {
      const said = JSON.stringify(stderr.slice(0, 300));
      found["without a clear error"].push(`${what}: exit code ${exitCode}, ${said}`);
    }
    if (tookMs > SLOW_MS) found["slower than 2 s"].push(`${what}: ${tookMs.toFixed(0)} ms`);
    if (peakMb > MOST_MB) found["over 700 MB"].push(`${what}: ${peakMb.toFixed(0)} MB`);
    if (written.length > 0) found["with something written"].push(`${what}: ${written.join(", ")}`);
  }

  get breaches(): readonly Breach[] {
    return Object.entries(this.#found).map(([what, all]) => {
      return { what, count: all.length, bound: 0, examples: all.slice(0, EXAMPLES) };
    });
  }
}
