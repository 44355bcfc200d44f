import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CliResult } from "./cli.ts";
import type { VitestProject } from "./vitest-project.ts";

/** Longer than a change of a file takes to be seen. */
const RESTS_MS = 1500;

/** A command that goes on watching, and what it has said. */
export class Watching {
  readonly #log: string;
  readonly #ended: Promise<CliResult>;
  #interrupt: () => void = () => undefined;
  #seen = 0;

  constructor(
    project: VitestProject,
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#log = join(project.path, "node_modules/watch.log");
    writeFileSync(this.#log, "");
    this.#ended = project.test(words, {
      env,
      onStart: (child) => {
        child.stdout?.on("data", (text: string) => appendFileSync(this.#log, text));
        this.#interrupt = () => child.kill("SIGINT");
      },
    });
  }

  /** Whether nothing is run for a while. */
  async rests(): Promise<boolean> {
    const before = readFileSync(this.#log, "utf8").length;
    await delay(RESTS_MS);
    return readFileSync(this.#log, "utf8").length === before;
  }

  /** The files that the next run runs, with how it went. */
  async next(): Promise<readonly string[]> {
    for (;;) {
      const said = readFileSync(this.#log, "utf8").slice(this.#seen);
      const end = /Waiting for file changes|Watching for file changes/.exec(said);
      if (end) {
        this.#seen += end.index + end[0].length;
        return filesIn(said.slice(0, end.index));
      }
      await delay(100);
    }
  }

  async end(): Promise<CliResult> {
    this.#interrupt();
    return await this.#ended;
  }
}

function filesIn(said: string): readonly string[] {
  return [...said.matchAll(/^ ([✓❯]) (?:\|cases\| )?(\S+\.(?:yaml|ts)) \(/gm)]
    .map(([, sign, file]) => `${file}${sign === "✓" ? "" : " failed"}`)
    .sort();
}
