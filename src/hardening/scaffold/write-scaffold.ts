import { dirname, join, relative, resolve, sep } from "node:path";
import { LlmDoError, messageOf } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { formatSplitLedger, newLedger } from "../split-ledger.ts";
import { domainFile } from "./domain-file.ts";
import type { Scaffold, TrainExample } from "./scaffold.ts";
import { testFile } from "./test-file.ts";
import { toolFile, UNWRITTEN_BODY } from "./tool-file.ts";

/** Where the files of a hardened tool stand, absolute. */
export interface HardeningPaths {
  /** Beside the worker: a person's, once written. */
  readonly tool: string;
  readonly domain: string;
  readonly test: string;
  /** What the commands keep. */
  readonly folder: string;
  readonly train: string;
  readonly ledger: string;
  readonly candidates: string;
  readonly queries: string;
}

/** @param out `--out`; default: `hardening/NAME` beside the worker */
export function hardeningPaths(
  worker: { readonly name: string; readonly file: string },
  out: string | undefined,
  cwd: string,
): HardeningPaths {
  const beside = dirname(resolve(cwd, worker.file));
  const { name } = worker;
  const folder = out === undefined ? join(beside, "hardening", name) : resolve(cwd, out);
  return {
    tool: join(beside, `${name}.ts`),
    domain: join(beside, `${name}.domain.ts`),
    test: join(beside, `${name}.test.ts`),
    folder,
    train: join(folder, "train.jsonl"),
    ledger: join(folder, "split.lock.json"),
    candidates: join(folder, "candidates"),
    queries: join(folder, "queries.jsonl"),
  };
}

/** The path of the recordings, as the test beside the worker names them. */
export function trainFileFromTest({ test, train }: HardeningPaths): string {
  return relative(dirname(test), train).split(sep).join("/");
}

export interface Written {
  readonly path: string;
  /** `kept`: it was there, is not what would be written, and `--force` was not given. */
  readonly how: "wrote" | "kept" | "unchanged";
}

/** What stands in the place of the unwritten body, and why. */
export interface WrittenBody {
  readonly code: string;
  /** Comment lines for the head of the file. */
  readonly note: string;
}

export interface WriteOptions {
  /** Writes over what a person may have edited. */
  readonly force: boolean;
  /** Writes over the tool in any case. */
  readonly replaceTool?: boolean;
  readonly body?: WrittenBody | undefined;
}

/**
 * Writes the tool, its domain, its test, the recordings to learn from and the split's ledger. A ledger
 * that is there stays: it holds who has looked.
 *
 * @throws LlmDoError `file` for what cannot be written
 */
export function writeScaffold(
  scaffold: Scaffold,
  paths: HardeningPaths,
  { force, replaceTool = force, body, host }: WriteOptions & { readonly host: Host },
): readonly Written[] {
  const code = body?.code ?? UNWRITTEN_BODY;
  const ledger = formatSplitLedger(newLedger(scaffold.worker.name));
  return [
    writeFile(paths.tool, toolFile(scaffold, code, body?.note), { force: replaceTool, host }),
    writeFile(paths.domain, domainFile(scaffold), { force, host }),
    writeFile(paths.test, testFile(scaffold), { force, host }),
    writeFile(paths.train, trainLines(scaffold.train), { force: true, host }),
    writeFile(paths.ledger, ledger, { force: false, host }),
  ];
}

/** Whether a tool stands there that a person has written or edited. */
export function isToolEdited(scaffold: Scaffold, { tool }: HardeningPaths, host: Host): boolean {
  if (!host.files.stat(tool)) return false;
  return host.files.readText(tool) !== toolFile(scaffold, UNWRITTEN_BODY);
}

function trainLines(train: readonly TrainExample[]): string {
  return train.map(({ input, outputs }) => `${JSON.stringify({ input, outputs })}\n`).join("");
}

/** @throws LlmDoError `file` when it cannot be written */
export function writeFile(
  path: string,
  text: string,
  { force, host: { files } }: { readonly force: boolean; readonly host: Host },
): Written {
  try {
    if (files.stat(path)) {
      if (files.readText(path) === text) return { path, how: "unchanged" };
      if (!force) return { path, how: "kept" };
    }
    files.write(path, text);
    return { path, how: "wrote" };
  } catch (cause) {
    const reason = messageOf(cause);
    throw new LlmDoError({ code: "file", verb: "write", what: path, reason, cause });
  }
}
