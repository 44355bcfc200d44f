import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    const failed = await this.#run(failure);
    const harms = new Map<Harm, string>();
    const broken = brokenFiles(this.#folder, this.#before, this.#after);
    if (broken.length > 0) harms.set("half files", broken.join(", "));
    const unclear = this.#unclear(failed, failure);
    if (unclear !== undefined) harms.set("unclear errors", unclear);
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
    if (/bug in llm-do|\n\s+at .*\(|node:internal/.test(told)) return told;
    // What was done in full was done, and what is done without the file says so.
    const isWhole = [...this.#after].every(([path, text]) => this.#now(path) === text);
    const isTold = told.includes(failure.code ?? "ENOSPC");
    if (code === this.#end.code && (isWhole || (this.scenario.isLenient && isTold))) return;
    if (!isTold) return `it does not say why: ${told}`;
    if (code !== 1 && code !== 2 && code !== 3) return `exit code ${code}: ${told}`;
    const isNamed = /"[^"\n]*\.[\w-]+[^"\n]*"/.test(told) || told.includes(this.#folder);
    return isNamed ? undefined : `it does not name the file: ${told}`;
  }

  #now(path: string): string | undefined {
    try {
      return readFileSync(join(this.#folder, path), "latin1");
    } catch {
      return undefined;
    }
  }
}
