import { basename, dirname, extname, join, resolve } from "node:path";
import { modelHash, recordingsHash } from "../../../certificate/certificate.ts";
import type { SplitLedger } from "../../../certificate/split-ledger.ts";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import { type Domain, isDomain } from "../../../functions/domain.ts";
import type { Host } from "../../../host/host.ts";
import { loadProjectConfig } from "../../../project/config/project-config.ts";
import { loadCodeFile } from "../../../project/load/load-code-file.ts";
import { codeHash, promptHash } from "../../../project/lock/fingerprints.ts";
import { shown } from "../../../project/project-paths.ts";
import { workerHead } from "../../../runtime/worker/worker-head.ts";
import { type Comparator, comparatorHash } from "../../agree/comparator.ts";
import { parseComparator } from "../../agree/declared-comparator.ts";
import { type LoadedWorker, loadWorker } from "../../load-worker.ts";
import { findCassettes } from "../../recordings/find-cassettes.ts";
import { type PromptRecordings, promptRecordings } from "../../recordings/prompt-recordings.ts";
import type { CompareRequest } from "../compare-request.ts";
import { type FoundTool, findTool, isWorkerFile } from "./find-tool.ts";
import { readLedger } from "./looks.ts";
import { type OutFolder, outFolder } from "./out-folder.ts";

/** Everything that a comparison is about, loaded; nothing has been run or looked at. */
export interface Comparison extends LoadedWorker {
  readonly request: CompareRequest;
  readonly out: OutFolder;
  readonly ledger: SplitLedger;
  readonly comparator: Comparator;
  /** Paths. */
  readonly cassettes: readonly string[];
  readonly recorded: PromptRecordings;
  readonly opponent: Opponent;
}

/** What is compared with the prompt. */
export type Opponent =
  | ({ readonly kind: "tool"; readonly domain: FoundDomain | undefined } & FoundTool)
  | ({ readonly kind: "worker"; readonly recorded: PromptRecordings } & LoadedWorker);

/** @throws LlmDoError for whatever of it is missing, damaged or of the wrong kind */
export async function openComparison(request: CompareRequest, host: Host): Promise<Comparison> {
  const loaded = await loadWorker(request.worker, request.others, host);
  const { worker, project } = loaded;
  const out = outFolder(worker, request.out, host);
  const files = host.files;
  const ledger = readLedger({ path: out.file("split.lock.json"), worker: worker.name, host });
  const comparator = readComparatorOf(request, [out, outFolder(worker, undefined, host)], host);
  const cassettes = findCassettes({ paths: request.recordings, folder: project.folder }, host);
  const { rules } = loadProjectConfig(project.folder, files);
  const source = { cassettes: cassettes.map((path) => resolve(host.cwd, path)), files, rules };
  const opponent = isWorkerFile(request.tool)
    ? await openWorker(request, source, host)
    : await openTool(request, worker.name, host);
  const recorded = await promptRecordings(worker, source, request.model);
  return { ...loaded, request, out, ledger, comparator, cassettes, recorded, opponent };
}

async function openTool(request: CompareRequest, worker: string, host: Host): Promise<Opponent> {
  const tool = await findTool(request.tool, host);
  return { kind: "tool", ...tool, domain: await findDomain(worker, tool.path, host) };
}

async function openWorker(
  { tool: file, others, gold, generated }: CompareRequest,
  source: Parameters<typeof promptRecordings>[1],
  host: Host,
): Promise<Opponent> {
  if (gold !== undefined || generated > 0) throw nothingToRun(file);
  const loaded = await loadWorker(file, others, host);
  return {
    kind: "worker",
    ...loaded,
    recorded: await promptRecordings(loaded.worker, source, undefined),
  };
}

function readComparatorOf(
  { comparator: named }: CompareRequest,
  folders: readonly OutFolder[],
  { files, cwd }: Host,
): Comparator {
  const usual = folders.map((folder) => folder.file("comparator.yaml"));
  const path = named ?? usual.find((candidate) => files.stat(candidate));
  if (path === undefined) return { kind: "exact" };
  let text: string;
  try {
    text = files.readText(resolve(cwd, path));
  } catch (cause) {
    const reason = `the comparator cannot be read: ${isLlmDoError(cause) ? cause.reason : messageOf(cause)}`;
    throw new LlmDoError({ code: "file", verb: "read", what: path, reason, cause });
  }
  return parseComparator(text, path);
}

/** The hashes of what is compared, as a certificate has them. */
export function hashesOf({ worker, opponent, comparator, recorded }: Comparison, host: Host) {
  const domain = opponent.kind === "tool" ? opponent.domain : undefined;
  const pairs = recorded.inputs.flatMap(({ key, calls }) =>
    calls.map(({ output }) => ({ key, output })),
  );
  return {
    prompt: promptHash(workerHead(worker)),
    model: modelHash(recorded.model ?? ""),
    tool:
      opponent.kind === "tool"
        ? codeHash(opponent.path, host.files)
        : promptHash(workerHead(opponent.worker)),
    comparator: comparatorHash(comparator),
    ...(domain ? { domain: codeHash(domain.path, host.files) } : {}),
    recordings: recordingsHash(pairs),
  };
}

function nothingToRun(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what,
    reason: "a prompt is compared by its recordings alone, without --gold and --generated",
    tries: ["leave them out, or name a tool"],
  });
}

/** The guard of a tool, from the file beside it. */
interface FoundDomain {
  /** `file.domain.ts#export`. */
  readonly reference: string;
  /** Absolute. */
  readonly path: string;
  readonly domain: Domain;
}

const ENDINGS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

/**
 * The domain in `NAME.domain.ts` beside a tool, where NAME is the worker's or that of the tool's file:
 * the first export that `domain` made. Undefined where there is none.
 *
 * @param toolPath absolute
 * @throws LlmDoError `code` when the file does not load
 */
async function findDomain(
  worker: string,
  toolPath: string,
  host: Host,
): Promise<FoundDomain | undefined> {
  const stem = basename(toolPath, extname(toolPath));
  for (const name of new Set([worker, stem])) {
    for (const ending of ENDINGS) {
      const path = join(dirname(toolPath), `${name}.domain${ending}`);
      if (host.files.stat(path)?.kind !== "file") continue;
      for (const [exported, value] of Object.entries(await loadCodeFile(path, host))) {
        if (isDomain(value)) {
          return { reference: `${shown(path, host)}#${exported}`, path, domain: value };
        }
      }
    }
  }
  return undefined;
}
