import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** No word of a command can hold this character, so it ends the words of one. */
const END = "\u0001";

/** What must be left as it was: the folder, the options, the parameters and the separators. */
const STATE = `command printf '%s\\0' "$PWD" "$-" "$#" "$IFS" "$HOME"`;

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names of files that a pattern would find. */
const FILES = [..."abcx019-_,.", "ab", "a b", "x=1", "-n", "{}", "git", "a.ts", "HEAD"];

export interface SplitLine {
  readonly command: string;
  readonly words: readonly [string, ...string[]];
}

/** A shell that is asked what it makes of commands. It finds no program, only functions of ours. */
export class WordShell {
  readonly name: string;
  /** Keywords and parts of the shell that it would run instead of a program. */
  readonly ownWords: readonly string[];
  readonly #program: string;
  readonly #folder: string;
  readonly #scripts: string;
  #count = 0;

  /**
   * @param folder in which it may do as it likes
   * @throws Error where the shell is not there
   */
  constructor(name: string, folder: string) {
    this.name = name;
    this.#program = programOf(name);
    this.#folder = mkdtempSync(join(folder, `${name}-`));
    this.#scripts = mkdtempSync(join(folder, `scripts-${name}-`));
    mkdirSync(join(this.#folder, "home"));
    for (const file of FILES.filter((one) => one !== ".")) {
      writeFileSync(join(this.#folder, file), "");
    }
    this.ownWords = ownWordsOf(name);
  }

  /** Whether it makes of all commands what is said of them, and does nothing else. */
  async agrees(lines: readonly SplitLine[], locale: string): Promise<boolean> {
    const before = readdirSync(this.#folder).join("\0");
    const said = await this.#run(scriptOf(lines, this.name), locale);
    const state = await this.#stateIn(locale);
    const expected = lines.map(({ words }) => `${words.join("\0")}\0${END}\0`).join("");
    const isQuiet = said.stderr.length === 0 && said.exitCode === 0;
    const isSame = readdirSync(this.#folder).join("\0") === before;
    return isQuiet && isSame && said.stdout.equals(Buffer.from(expected + state));
  }

  /** What it makes of one command, for people. */
  async tells(line: SplitLine, locale: string): Promise<string> {
    const { stdout, stderr, exitCode } = await this.#run(scriptOf([line], this.name), locale);
    const words = stdout.toString("utf8").split(END)[0]?.split("\0").slice(0, -1);
    const errors = stderr.toString("utf8").trim().slice(0, 200);
    const got = `${this.name} makes ${JSON.stringify(words)} of it, exit code ${exitCode}`;
    const ours = `${JSON.stringify(line.command)} was split into ${JSON.stringify(line.words)}`;
    return `${ours}; ${got}${errors === "" ? "" : `: ${errors}`} (LC_ALL=${locale})`;
  }

  readonly #states = new Map<string, Promise<string>>();

  #stateIn(locale: string): Promise<string> {
    const known = this.#states.get(locale);
    if (known) return known;
    const state = this.#run(STATE, locale).then(({ stdout }) => stdout.toString("utf8"));
    this.#states.set(locale, state);
    return state;
  }

  #run(script: string, locale: string) {
    const file = join(this.#scripts, `${this.#count++ % 8}.sh`);
    writeFileSync(file, script);
    const child = spawn(this.#program, [file, "one", "two"], {
      cwd: this.#folder,
      // Nothing is found, and BASH_ENV names no file of the person's.
      env: { PATH: "/nonexistent", HOME: join(this.#folder, "home"), LC_ALL: locale },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
    child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
    return new Promise<{ stdout: Buffer; stderr: Buffer; exitCode: number | null }>(
      (resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exitCode) =>
          resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), exitCode }),
        );
      },
    );
  }
}

/**
 * Each command stands where a shell expects one, so that a keyword or an assignment is taken for what
 * it is. Its program is a function that prints its words; a program whose name no function can have is
 * tried as an argument, in bash as a program that is not found.
 */
function scriptOf(lines: readonly SplitLine[], shell: string): string {
  const print = (words: string) => `command printf '%s\\0' ${words} '${END}'`;
  const programs = new Set(lines.map(({ words }) => words[0]).filter(isName));
  return [
    ...[...programs].map((name) => `${name}() { ${print(`${name} "$@"`)}; }`),
    `words_of_it() { ${print('"$@"')}; }`,
    `command_not_found_handle() { ${print('"$@"')}; }`,
    ...lines.map(({ command, words }) => {
      // A shell has the program "[" in itself, and no function can have its name.
      const isFound = isName(words[0]) || (shell === "bash" && /^(?!\[$)[^/]+$/.test(words[0]));
      return isFound ? command : `words_of_it ${command}`;
    }),
    STATE,
  ].join("\n");
}

function isName(word: string): boolean {
  return PLAIN_NAME.test(word);
}

/** It is started with a PATH where nothing is. */
function programOf(name: string): string {
  const found = spawnSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" });
  if (found.status !== 0) throw new Error(`there is no ${name} to ask`);
  return found.stdout.trim();
}

/** By the name of the shell: asking takes a process for each word. */
const knownWords = new Map<string, readonly string[]>();

function ownWordsOf(shell: string): readonly string[] {
  const known = knownWords.get(shell) ?? askedWordsOf(shell);
  knownWords.set(shell, known);
  return known;
}

/** What bash calls its own, and whether this shell knows it as well. */
function askedWordsOf(shell: string): readonly string[] {
  const asked = spawnSync("bash", ["-c", "compgen -k; compgen -b"], { encoding: "utf8" });
  const candidates = [...new Set(`${asked.stdout}chdir\n`.split("\n"))].filter((it) => it !== "");
  const script =
    'for w; do case $(type "$w" 2>/dev/null) in *keyword*|*builtin*) echo "$w";; esac; done';
  const told = spawnSync(shell, ["-c", script, shell, ...candidates], { encoding: "utf8" });
  const found = told.stdout.split("\n").filter((word) => word !== "");
  // POSIX has these as programs too: a shell only saves the time to start one.
  const programs = new Set(["[", "echo", "false", "kill", "printf", "pwd", "test", "true"]);
  return found.filter((word) => !programs.has(word));
}
