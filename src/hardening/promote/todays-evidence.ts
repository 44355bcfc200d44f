import { dirname, resolve } from "node:path";
import { type Certificate, type Certified, modelHash } from "../../certificate/certificate.ts";
import type { ListPart } from "../../certificate/ledger-events.ts";
import { answersHash, GONE } from "../../certificate/ledger-view.ts";
import type { SplitLedger } from "../../certificate/split-ledger.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { startStallWatch } from "../../host/stall-watch.ts";
import { withoutOutput } from "../../host/without-output.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { codeHashes } from "../../project/lock/certified.ts";
import { codeReference, loadDomain, loadStandInTool } from "../../project/lock/code-reference.ts";
import { promptHash } from "../../project/lock/fingerprints.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import type { FoundLock } from "../../project/lock/lock-store.ts";
import { workerHead } from "../../runtime/worker/worker-head.ts";
import { type Comparator, comparatorHash } from "../agree/comparator.ts";
import { COMPARE_DEFAULTS } from "../compare/compare-request.ts";
import { evidenceList, withoutFallbacks } from "../compare/run/evidence-list.ts";
import { answerToken } from "../compare/trial/outcome.ts";
import { Trials } from "../compare/trial/trial.ts";
import { findCassettes } from "../recordings/find-cassettes.ts";
import { type PromptRecordings, promptRecordings } from "../recordings/prompt-recordings.ts";
import type { RecordedCall } from "../recordings/recorded-call.ts";
import type { LockedPair } from "./locked-pair.ts";

/** What a certificate would be made of today. */
interface CertifiedParts extends LockedPair {
  readonly entry: LockedFunction;
  readonly lock: FoundLock;
  readonly comparator: Comparator;
  /** `--recordings`; undefined: where recordings usually are. */
  readonly recordings: readonly string[] | undefined;
  /** `--model`. */
  readonly model: string | undefined;
}

/** What a comparison made today would be of. */
interface TodaysEvidence {
  /** As its certificate would have them. */
  readonly hashes: Partial<Record<Certified, string>> & ListPart;
  readonly recorded: PromptRecordings;
  /** Recorded calls of the worker in the tool's place; undefined where it is a tool. */
  readonly candidateCalls: readonly RecordedCall[] | undefined;
}

/**
 * What a comparison made today would be of, by the files and recordings as they are.
 *
 * @throws LlmDoError for recordings that are not there or damaged, `usage` where they are of several
 * models and nothing says which one is meant
 */
export async function todaysEvidence(
  { worker, candidate, entry, lock, comparator, recordings, model: asked }: CertifiedParts,
  host: Host,
): Promise<TodaysEvidence> {
  const top = dirname(lock.path);
  const folder = dirname(resolve(top, entry.worker));
  const found = findCassettes({ paths: recordings, folder }, host);
  const cassettes = found.map((path) => resolve(host.cwd, path));
  const { rules } = loadProjectConfig(folder, host.files);
  const source = { cassettes, files: host.files, rules };
  const recorded = await promptRecordings(worker, source, asked);
  const others = candidate && (await promptRecordings(candidate, source, undefined));
  const hashes = {
    prompt: promptHash(workerHead(worker)),
    model: modelHash(recorded.model ?? ""),
    ...codeHashes(entry, { folder: top, files: host.files, candidate }),
    comparator: comparatorHash(comparator),
  };
  return { hashes, recorded, candidateCalls: others?.calls };
}

interface AnsweredAnew extends Pick<CertifiedParts, "entry" | "lock"> {
  readonly worker: WorkerFunction;
  readonly certificate: Certificate;
  readonly ledger: SplitLedger;
  readonly recorded: PromptRecordings;
}

/** Today's answers to the inputs that a certificate is about. */
interface TodaysAnswers {
  /** As {@link Certificate.hashes} has it. */
  readonly hash: string;
  /** Inputs whose recording has gone, so that nobody knows today's answer. */
  readonly gone: number;
}

/**
 * Runs the code over the first m inputs of the list, as the certificate's comparison did.
 *
 * @throws LlmDoError for code that does not load
 */
export async function todaysAnswers(
  { worker, entry, lock, certificate, ledger, recorded }: AnsweredAnew,
  host: Host,
): Promise<TodaysAnswers> {
  const { inputs: m, hashes } = certificate;
  const { inputs } = withoutFallbacks(recorded.inputs);
  const { listed, recorded: known } = evidenceList(inputs, ledger, hashes);
  const scope = { folder: dirname(lock.path), place: undefined, host };
  const candidate = {
    name: codeReference(entry.tool, scope.folder).name,
    tool: await loadStandInTool(entry.tool, scope),
    domain: entry.domain === undefined ? undefined : await loadDomain(entry.domain, scope),
    output: worker.output,
  };
  const { timeoutMs } = COMPARE_DEFAULTS;
  const { signal } = new AbortController();
  const watch = await startStallWatch(timeoutMs);
  const cwd = dirname(resolve(scope.folder, entry.worker));
  const trials = new Trials(candidate, { timeoutMs, cwd, clock: host.clock, watch, signal });
  try {
    const tokens: string[] = [];
    for (const { position } of listed.slice(0, m)) {
      const input = known.get(position);
      // A tool that prints what it gets would print the held-out inputs.
      const tried = input && (await withoutOutput(() => trials.run(input.input)));
      tokens.push(tried ? answerToken(tried.outcome) : GONE);
    }
    const gone = m - tokens.filter((token) => token !== GONE).length;
    return { hash: tokens.length < m ? "" : answersHash(tokens)(m), gone };
  } finally {
    trials.close();
    await watch.close();
  }
}
