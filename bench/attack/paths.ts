import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import type { FolderOpener } from "../../src/host/confined/open-folder.ts";
import { openTools, type Tools } from "../../tests/toolsets/filesystem-tools.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Assault, Attack, AttackOptions, Breach } from "./attack.ts";
import { attacher } from "./paths/attach.ts";
import { LINKS, NAMES, SWAPPER } from "./paths/swapper.ts";

/** Stands in every file outside, and in the name of one. */
const CANARY = "canary";

/** One path that is tried, with what is done to it. */
interface Trial {
  readonly tool: "read" | "write" | "list" | "find" | "attach";
  readonly path: string;
  readonly pattern: string;
}

const EXAMPLES = 5;
/** Trials between two looks at how the swapper fares. */
const BATCH = 500;

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 2, arbitrary: fc.constantFrom("secret.txt", "deep", "outside", "base", "base-2") },
  { weight: 2, arbitrary: fc.constantFrom("..", ".", "", "new", "@", "@/outside") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\0", "~", "..\0", "\ud800", "..\\", "...", "A", "Swap", "%2e%2e"),
  },
);
const name = fc.constantFrom(...NAMES);
const joined = (parts: readonly string[]) => parts.join("");
const trial: fc.Arbitrary<Trial> = fc.record({
  tool: fc.constantFrom("read", "write", "list", "find", "attach"),
  // Half of the paths lead to where something stands as long as nothing is swapped.
  path: fc.oneof(
    fc.tuple(name, fc.constantFrom("", "/secret.txt", "/deep", "/deep/secret.txt")).map(joined),
    fc.tuple(name, fc.constant("/"), name, fc.constantFrom("", "/secret.txt")).map(joined),
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join("/")),
  ),
  pattern: fc.constantFrom("**/*", "*", "**/*.txt", "a/**", ".*", "*/*"),
});

export const paths: Attack = {
  name: "paths",
  what: "generated paths with links, swapped while read and written",
  least: 50_000,
  run: (options) => attackPaths(options),
};

/** @param open how folders are opened; default: as the product does */
export async function attackPaths(
  { trials, seed, say }: AttackOptions,
  open?: FolderOpener,
): Promise<Assault> {
  const folder = temporaryFolder();
  const thread = await startSwapping(folder, seed);
  const tried = await tryPaths(folder, { trials, seed, open });
  const swaps = await stopSwapping(thread);
  say(`${swaps} swaps; ${tried.answered} answered, ${tried.refused} refused`);
  const harm = (what: string, all: readonly string[]): Breach => {
    return { what, count: all.length, bound: 0, examples: all.slice(0, EXAMPLES) };
  };
  return {
    tried: tried.count,
    breaches: [harm("outside reads", tried.reads), harm("outside writes", tried.writes)],
  };
}

interface Tried {
  count: number;
  answered: number;
  refused: number;
  /** Calls that were told something from outside, and those after which something there was changed. */
  readonly reads: string[];
  readonly writes: string[];
}

async function tryPaths(
  folder: string,
  {
    trials,
    seed,
    open,
  }: Pick<AttackOptions, "trials" | "seed"> & { open?: FolderOpener | undefined },
): Promise<Tried> {
  const tools = openTools(folder, { base_path: "base" }, open);
  const attach = attacher(join(folder, "base"));
  const tried: Tried = { count: 0, answered: 0, refused: 0, reads: [], writes: [] };
  let before = outsideOf(folder);
  for (const one of fc.sample(trial, { numRuns: trials, seed })) {
    const path = one.path.replaceAll("@", folder);
    const call = () => (one.tool === "attach" ? attach(path) : called(tools, { ...one, path }));
    const told = await call().then(JSON.stringify, String);
    const shown = told.replaceAll(JSON.stringify(path).slice(1, -1), "");
    if (shown.includes(CANARY)) tried.reads.push(JSON.stringify({ ...one, told }));
    const after = outsideOf(folder);
    if (after !== before) tried.writes.push(JSON.stringify({ ...one, after }));
    before = after;
    if (/Failed|Error/.test(told)) tried.refused++;
    else tried.answered++;
    tried.count++;
    if (tried.count % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return tried;
}

function called(tools: Tools, { tool, path, pattern }: Trial): Promise<unknown> {
  if (tool === "read") return tools.read({ path });
  if (tool === "write") return tools.write({ path, content: "mine" });
  return tools.list(tool === "list" ? { path } : { path, pattern });
}

/** Lays what is around the folder, and starts another thread that keeps swapping what is in it. */
async function startSwapping(folder: string, seed: number): Promise<Worker> {
  for (const path of ["outside/secret.txt", "outside/deep/secret.txt", "base-2/secret.txt"]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), CANARY);
  }
  writeFileSync(join(folder, "outside", CANARY), CANARY);
  mkdirSync(join(folder, "base"));
  mkdirSync(join(folder, "parked"));
  symlinkSync("base", join(folder, "base-link"));
  const thread = new Worker(SWAPPER, {
    eval: true,
    workerData: { folder, seed, names: NAMES, links: LINKS },
  });
  await once(thread, "message");
  return thread;
}

async function stopSwapping(thread: Worker): Promise<number> {
  thread.postMessage("stop");
  const [swaps] = await once(thread, "message");
  await thread.terminate();
  return swaps;
}

/** Everything outside as one text: kinds, contents, modes, identities, times of change. */
function outsideOf(folder: string): string {
  const look = (path: string): unknown => {
    const { mode, ino, mtimeMs } = lstatSync(path);
    const kind = lstatSync(path);
    if (kind.isSymbolicLink()) return [path, ino, readlinkSync(path)];
    if (kind.isFile()) return [path, mode, ino, mtimeMs, readFileSync(path, "utf8")];
    return [path, mode, ino, mtimeMs, readdirSync(path).map((name) => look(join(path, name)))];
  };
  const others = readdirSync(folder).filter((name) => name !== "base" && name !== "parked");
  return JSON.stringify(others.map((name) => look(join(folder, name))));
}
