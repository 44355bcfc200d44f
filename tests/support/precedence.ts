import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Clock } from "../../src/host/host.ts";
import { temporaryFolder, testHost } from "./host.ts";
import { writeFiles } from "./project.ts";

/** What a row says of one command line; the rest is the same in its table. */
export interface Row {
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What a person at the terminal types; nobody is there where it is absent. */
  readonly typed?: readonly string[];
  /** Command lines before this one, in the same folder. */
  readonly before?: readonly Omit<Row, "files" | "before">[];
}

/** A row, and what is to be seen of it: the exit code, then lines of both outputs. */
type Rows = Readonly<Record<string, readonly [row: Row, code: number, ...seen: readonly string[]]>>;

/** Runs each row of a table as the command line would, in a folder of its own. */
export function precedence(base: Row, rows: Rows): void {
  test.each(Object.entries(rows))("%s", async (_rule, [row, code, ...seen]) => {
    const files = { ...base.files, ...row.files };
    const { code: found, said } = await runIn(files, { ...base, ...row });
    for (const line of seen) expect(said).toContain(line);
    expect(found, said).toBe(code);
  });
}

/** Its path is the process's, so it is named by its whole path. */
export const CASSETTE = "c.yaml";

async function runIn(files: Readonly<Record<string, string>>, { before = [], ...row }: Row) {
  using folder = temporaryFolder();
  writeFiles(folder.path, files);
  const sources = Object.keys(files).filter((name) => /\.(?:worker|ts)$/.test(name));
  let last = { code: -1, said: "" };
  for (const { args = [], env = {}, typed } of [...before, row]) {
    const host = hostAt(folder.path, env, typed);
    const given = args.map((word) => (word === CASSETTE ? join(folder.path, word) : word));
    const argv = [...sources, "Go.", "-v", ...given];
    const code = await main({ argv, host, signal: new AbortController().signal, version: "0" });
    const { stdout, stderr } = host.written;
    const isRecorded = existsSync(join(folder.path, CASSETTE)) ? "recorded\n" : "";
    last = { code, said: `${stdout}${stderr}${isRecorded}` };
  }
  return last;
}

function hostAt(cwd: string, env: Readonly<Record<string, string>>, typed?: readonly string[]) {
  const isTerminal = typed !== undefined;
  const left = [...(typed ?? [])];
  const stdin = { isTerminal, readAll: async () => "", readLine: async () => left.shift() };
  const host = testHost({ cwd, env, stdin });
  // What is drawn again and again on a terminal must let others work in between.
  const sleep: Clock["sleep"] = async (durationMs, signal) => {
    await host.clock.sleep(durationMs, signal);
    await setImmediate();
  };
  const clock = { ...host.clock, sleep };
  return { ...host, clock, stderr: { ...host.stderr, isTerminal } };
}
