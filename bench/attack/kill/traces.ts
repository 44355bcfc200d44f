import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CassetteFile } from "../../../src/cassette/file/cassette-file.ts";
import { nodeFileSystem } from "../../../src/host/files/node-file-system.ts";
import { isJsonObject } from "../../../src/model/json.ts";

/** What a run has left in its folder. */
export interface Traces {
  /** Why the cassette cannot be read; undefined when it can. */
  readonly unreadable: string | undefined;
  /** Ids of the mails that are on record. */
  readonly recorded: ReadonlySet<string>;
  /** How often each mail was begun. */
  readonly begun: ReadonlyMap<string, number>;
  readonly hasLock: boolean;
}

export function tracesIn(folder: string): Traces {
  const recorded = new Set<string>();
  let unreadable: string | undefined;
  try {
    for (const id of recordedMails(join(folder, "c.yaml"))) recorded.add(id);
  } catch (error) {
    unreadable = String(error);
  }
  const begun = new Map<string, number>();
  for (const line of linesOf(join(folder, "world.log"))) {
    const [what, id = ""] = line.split(" ");
    if (what === "begin") begun.set(id, (begun.get(id) ?? 0) + 1);
  }
  return { unreadable, recorded, begun, hasLock: existsSync(join(folder, "c.yaml.lock")) };
}

/** Reads every entry. */
function* recordedMails(path: string): Generator<string> {
  if (!existsSync(path)) return;
  const file = CassetteFile.read(path, nodeFileSystem);
  for (const slice of file.slices) {
    const { tool, input } = file.fields(slice);
    if (tool === "mail" && isJsonObject(input)) yield String(input["id"]);
  }
}

/** How long a process that was killed may take to be gone. */
const GONE_MS = 3_000;
const POLL_MS = 10;

/** Programs of a folder's runs that still run. */
export async function programsLeft(folder: string): Promise<readonly string[]> {
  const ids = linesOf(join(folder, "ids.log"));
  for (let waitedMs = 0; ids.some(isRunning) && waitedMs < GONE_MS; waitedMs += POLL_MS) {
    await delay(POLL_MS);
  }
  return ids.filter(isRunning);
}

/** A zombie that nobody collects, as in many containers, runs no more. */
function isRunning(id: string): boolean {
  try {
    process.kill(Number(id), 0);
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${id}/status`, "utf8"));
  } catch {
    return false;
  }
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
}
