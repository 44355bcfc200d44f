import { dirname, join, relative, resolve, sep } from "node:path";

import { LEDGER_FILE } from "../../certificate/split-ledger.ts";
import { COMPARATOR_FILE } from "../agree/declared-comparator.ts";

/** The name of the file of templates. */
const TEMPLATES_FILE = "templates.json";

/** Where the files of a hardened tool stand, absolute. */
export interface HardeningPaths {
  /** Beside the worker: a person's, once written. */
  readonly tool: string;
  readonly domain: string;
  readonly test: string;
  /** What the commands keep. */
  readonly folder: string;
  readonly train: string;
  readonly templates: string;
  readonly comparator: string;
  /** In the worker's own folder, wherever the rest goes: a second ledger would split the inputs anew. */
  readonly ledger: string;
  readonly candidates: string;
  /** Which of the candidates waits to be accepted. */
  readonly chosen: string;
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
  const own = join(beside, "hardening", name);
  const folder = out === undefined ? own : resolve(cwd, out);
  return {
    tool: join(beside, `${name}.ts`),
    domain: join(beside, `${name}.domain.ts`),
    test: join(beside, `${name}.test.ts`),
    folder,
    train: join(folder, "train.jsonl"),
    templates: join(folder, TEMPLATES_FILE),
    comparator: join(folder, COMPARATOR_FILE),
    ledger: join(own, LEDGER_FILE),
    candidates: join(folder, "candidates"),
    chosen: join(folder, "candidates", "chosen.json"),
    queries: join(folder, "queries.jsonl"),
  };
}

/** The path of a file as the files beside the worker name it. */
export function fromWorker({ tool }: HardeningPaths, path: string): string {
  return relative(dirname(tool), path).split(sep).join("/");
}
