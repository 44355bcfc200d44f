import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiskFailure } from "../../../tests/support/failing-disk.ts";
import { type CommandEnd, runApart, runHere } from "./command.ts";
import { installInto, lay } from "./projects.ts";
import type { Scenario } from "./scenarios.ts";
import { brokenFiles, type Snapshot, snapshotOf } from "./snapshot.ts";

/** What was wrong in a trial, by kind. */
export type Harm = "half files" | "unclear errors" | "commands that fail afterwards";

/** One command on disks that fail at one change after the other. */
export class FailingCommand implements Disposable {
  readonly scenario: Scenario;
  readonly #base = mkdtempSync(join(tmpdir(), "llm-do-full-disk-"));
  readonly #folder = join(this.#base, "project");
  readonly #prepared = join(this.#base, "prepared");
  #before: Snapshot = new Map();
  #after: Snapshot = new Map();
  #end: CommandEnd = { code: null, said: "", changes: [] };

  private constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  /** Prepares the project and runs the command once on a disk that works. */
  static async open(scenario: Scenario): Promise<FailingCommand> {
    const command = new FailingCommand(scenario);
    await command.#prepare();
    return command;
  }

  /** How many changes of the disk the command makes. */
  get changes(): number {
    return this.#end.changes.length;
  }

  /** Runs it where a change fails, and then again where none does. */
  async attempt(failure: DiskFailure): Promise<ReadonlyMap<Harm, string>> {
    this.#reset();
    return await this.#judge(await this.#run(failure), failure);
  }

  /** Runs it where the file system has only so many pages left, and then again with room. */
  async attemptFull(freePages: number): Promise<ReadonlyMap<Harm, string>> {
    this.#reset();
    const filler = join(this.#base, "filler");
    fill(filler, freePages);
    const failed = await this.#run({});
    rmSync(filler);
    return await this.#judge(failed, {});
  }

  async #judge(failed: CommandEnd, failure: DiskFailure): Promise<ReadonlyMap<Harm, string>> {
    const harms = new Map<Harm, string>();
    const broken = brokenFiles(this.#folder, this.#before, this.#after);
    if (broken.length > 0) harms.set("half files", broken.join(", "));
    const unclear = this.#unclear(failed, failure);
    if (unclear !== undefined) harms.set("unclear errors", unclear);
    if (failed.code === this.#end.code && this.#isDone()) return harms; // it could do all of it
    if (this.scenario.isOnce) return harms;
    const again = await this.#run({});
    // What was done without a file is not done once more.
    const known = this.scenario.isLenient ? this.#before : this.#after;
    const late = brokenFiles(this.#folder, known, this.#after);
    if (again.code !== this.#end.code || late.length > 0) {
      harms.set("commands that fail afterwards", `code ${again.code}: ${late} ${again.said}`);
    }
    return harms;
  }

  [Symbol.dispose](): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  async #prepare(): Promise<void> {
    const { files, before = [], change = {}, name } = this.scenario;
    installInto(this.#base);
    lay(this.#folder, files);
    for (const argv of before) {
      const { code, said } = await runHere(argv, this.#folder);
      if (code !== 0 && code !== 6) throw new Error(`${name}: ${argv.join(" ")}: ${code} ${said}`);
    }
    for (const [file, edit] of Object.entries(change)) {
      const path = join(this.#folder, file);
      writeFileSync(path, edit(readFileSync(path, "utf8")));
    }
    cpSync(this.#folder, this.#prepared, { recursive: true });
    this.#before = snapshotOf(this.#folder);
    this.#end = await this.#run({});
    this.#after = snapshotOf(this.#folder);
    if (this.#end.said.includes("bug in llm-do")) throw new Error(`${name}: ${this.#end.said}`);
    if (this.#end.changes.length === 0)
      throw new Error(`${name} writes nothing: ${this.#end.said}`);
  }

  #reset(): void {
    rmSync(this.#folder, { recursive: true });
    cpSync(this.#prepared, this.#folder, { recursive: true });
  }

  #run(failure: DiskFailure): Promise<CommandEnd> {
    const run = this.scenario.isTests ? runApart : runHere;
    return run(this.scenario.command, this.#folder, failure);
  }

  /** Why a person would not know what went wrong; undefined where all is said. */
  #unclear({ code, said }: CommandEnd, failure: DiskFailure): string | undefined {
    const told = said.replaceAll(`${this.#folder}/`, "");
    if (/bug in llm-do|\n\s+at .*\((?!.*failing-disk)|node:internal/.test(told)) return told;
    // What was done in full was done, and what is done without the file says so.
    const isTold = told.includes(failure.code ?? "ENOSPC");
    if (code === this.#end.code && (this.#isDone() || (this.scenario.isLenient && isTold))) return;
    if (!isTold) return `it does not say why: ${told}`;
    if (code !== 1 && code !== 2 && code !== 3) return `exit code ${code}: ${told}`;
    const isNamed = /"[^"\n]*\.[\w-]+[^"\n]*"/.test(told) || told.includes(this.#folder);
    return isNamed ? undefined : `it does not name the file: ${told}`;
  }

  /** Whether all that the command makes is there. */
  #isDone(): boolean {
    return [...this.#after].every(([path, text]) => this.#now(path) === text);
  }

  #now(path: string): string | undefined {
    try {
      return readFileSync(join(this.#folder, path), "latin1");
    } catch {
      return undefined;
    }
  }
}

const PAGE = Buffer.alloc(4096);

function fill(path: string, freePages: number): void {
  const descriptor = openSync(path, "w");
  let pages = 0;
  try {
    for (;;) {
      writeSync(descriptor, PAGE);
      pages++;
    }
  } catch {
    ftruncateSync(descriptor, Math.max(0, pages - freePages) * PAGE.length); // it is full
  } finally {
    closeSync(descriptor);
  }
}
