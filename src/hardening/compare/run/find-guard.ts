import { basename, dirname, extname, join } from "node:path";
import { type Domain, isDomain } from "../../../functions/domain.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import { guardOf } from "../../../functions/templates/listed-templates.ts";
import { formatTemplates, readTemplates } from "../../../functions/templates/template-file.ts";
import type { Host } from "../../../host/host.ts";
import { loadCodeFile } from "../../../project/load/load-code-file.ts";
import { shown } from "../../../project/project-paths.ts";
import { minedFile } from "../../recordings/templates/templates-of.ts";
import type { EvidenceList } from "./evidence-list.ts";
import type { Opponent } from "./opponent.ts";
import { type OutFolder, writeReport } from "./out-folder.ts";

/** The guard of a candidate: a file beside the tool, else the templates of what was recorded. */
export interface FoundGuard {
  /** `file.domain.ts#export`, or the file of templates. */
  readonly reference: string;
  /** Absolute. */
  readonly path: string;
  readonly domain: Domain;
  /** Whether it accepts inputs of templates alone that it lists. */
  readonly listsTemplates: boolean;
}

interface Guarded {
  readonly worker: WorkerFunction;
  readonly opponent: Opponent;
  readonly own: OutFolder;
  readonly list: EvidenceList;
}

/**
 * The guard of a candidate. Where there is none, templates are written from train inputs.
 *
 * @returns undefined where nothing is recorded that templates could be made of
 * @throws LlmDoError `code` when a domain file does not load, `file` for templates that cannot be read
 */
export async function findGuard(guarded: Guarded, host: Host): Promise<FoundGuard | undefined> {
  const { worker, opponent } = guarded;
  if (opponent.kind === "tool") {
    const declared = await declaredDomain(worker.name, opponent.path, host);
    if (declared) return declared;
  }
  return minedGuard(guarded, host);
}

/**
 * The templates beside the ledger. They are written from train inputs alone, and kept once they are there:
 * other templates are another guard, and so another version.
 */
function minedGuard({ worker, own, list }: Guarded, host: Host): FoundGuard | undefined {
  const path = own.file("templates.json");
  const { files } = host;
  if (!files.stat(path)) {
    const train = [...list.recorded.values()].filter(({ side }) => side === "train");
    if (train.length === 0) return undefined;
    const mined = minedFile(
      worker.name,
      train.map(({ input }) => ({ input, outputs: [] })),
    );
    // A tool whose answers differ is to disagree, not to be left to the prompt.
    writeReport(path, formatTemplates({ ...mined, answers: undefined }), files);
  }
  const reference = shown(path, host);
  const domain = guardOf(readTemplates(files.readText(path), reference), reference, worker.input);
  return { reference, path, domain, listsTemplates: true };
}

const ENDINGS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

/** The first export that `domain` made in `NAME.domain.ts`, where NAME is the worker's or the tool's file's. */
export async function declaredDomain(
  worker: string,
  toolPath: string,
  host: Host,
): Promise<FoundGuard | undefined> {
  const stem = basename(toolPath, extname(toolPath));
  for (const name of new Set([worker, stem])) {
    for (const ending of ENDINGS) {
      const path = join(dirname(toolPath), `${name}.domain${ending}`);
      if (host.files.stat(path)?.kind !== "file") continue;
      for (const [exported, value] of Object.entries(await loadCodeFile(path, host))) {
        if (!isDomain(value)) continue;
        const reference = `${shown(path, host)}#${exported}`;
        const listsTemplates = value.templates !== undefined;
        return { reference, path, domain: value, listsTemplates };
      }
    }
  }
  return undefined;
}
