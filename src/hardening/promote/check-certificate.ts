import { dirname, join, relative, resolve } from "node:path";
import { CERTIFIED, type Certificate, type Certified } from "../../certificate/certificate.ts";
import { checkLedger } from "../../certificate/check-ledger.ts";
import { parseSplitLedger } from "../../certificate/ledger-text.ts";
import { LEDGER_FILE } from "../../certificate/split-ledger.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { changedSince } from "../../project/lock/certified.ts";
import { counted, grouped } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import type { PromotePlan, PromoteRequest, PromoteSubject } from "./promote-plan.ts";
import { todaysAnswers, todaysEvidence } from "./todays-evidence.ts";

/** What a check of a certificate has found, where nothing speaks against it. */
interface CheckedCertificate {
  /**
   * The hash of today's code, where that is other code with the same answers; undefined where it is the
   * certified one.
   */
  readonly renewedTool: string | undefined;
}

interface CheckScope {
  readonly subject: PromoteSubject;
  readonly host: Host;
}

/**
 * Checks that a certificate is about today's prompt, model, comparator, guard and answers, and that its
 * ledger bears it out. Its figures are checked when it is read. New recordings leave it valid.
 *
 * @throws LlmDoError `configuration` or `file` that names what changed, then and today
 */
export async function checkCertificate(
  request: PromoteRequest,
  { entry, worker, candidate, comparator }: PromotePlan,
  certificate: Certificate,
  { subject, host }: CheckScope,
): Promise<CheckedCertificate> {
  const { lock, workerPath } = subject;
  const path = resolve(dirname(lock.path), entry.certificate);
  const refusal = refusalOf(request, { path, tool: entry.tool, top: dirname(lock.path) }, host);
  checkLedger(certificate, { path, workerPath }, host);
  const { recordings, model } = request;
  const parts = { worker, candidate, entry, lock, comparator, recordings, model };
  const { hashes: today, recorded } = await todaysEvidence(parts, host);
  const changed = changedSince(certificate.hashes, today, CERTIFIED);
  const decisive = changed.filter((part) => part !== "tool");
  const details = changed.map((part) => thenAndToday(part, certificate, today));
  if (decisive.length > 0 || today.tool === undefined) {
    throw refusal(`does not fit: ${wordsOf(changed, candidate)}`, details);
  }
  if (candidate || certificate.candidate === "worker") {
    // It answers by chance, and its certificate is about the answers on record: nothing runs anew.
    if (changed.length > 0) throw refusal(`does not fit: ${wordsOf(changed, candidate)}`, details);
    return { renewedTool: undefined };
  }
  const ledgerPath = join(dirname(path), LEDGER_FILE);
  const ledger = parseSplitLedger(host.files.readText(ledgerPath), relative(host.cwd, ledgerPath));
  const answers = await todaysAnswers({ worker, entry, lock, certificate, ledger, recorded }, host);
  const isSame = answers.hash === certificate.hashes.answers;
  if (isSame) return { renewedTool: changed.length === 0 ? undefined : today.tool };
  // The same code gives the same answers; where recordings are gone that is all that can be known.
  if (changed.length === 0 && answers.gone > 0) return { renewedTool: undefined };
  const inputs = counted(certificate.inputs, "recorded input");
  const gone = answers.gone === 0 ? "" : `; the recordings of ${answers.gone} have gone`;
  throw refusal(`does not fit: the tool's answers to its ${inputs} are others${gone}`, [
    thenAndToday("answers", certificate, { answers: answers.hash }),
    ...details,
  ]);
}

/** Hexadecimal digits of a hash that are enough to tell two apart. */
const SHOWN_DIGITS = 16;

function thenAndToday<Part extends Certified | "answers">(
  part: Part,
  { hashes }: Certificate,
  today: Readonly<Partial<Record<Part, string>>>,
): string {
  const shown = (digits: string | undefined) => digits?.slice(0, SHOWN_DIGITS) || "nothing";
  return `  ${part}: certified ${shown(hashes[part])}, today ${shown(today[part])}`;
}

const WORDS: Readonly<Record<Certified, string>> = {
  prompt: "the prompt",
  model: "the model",
  tool: "the tool",
  comparator: "the comparator",
  domain: "the guard",
};

/** What is to be said of hashes that do not fit, as in "the prompt and the model have changed". */
export function wordsOf(
  changed: readonly Certified[],
  candidate: WorkerFunction | undefined,
): string {
  const named = changed.map((part) =>
    part === "tool" && candidate ? `${candidate.name}, its prompt or its model,` : WORDS[part],
  );
  const last = named.pop() ?? "";
  const all = named.length === 0 ? last : `${named.join(", ")} and ${last}`;
  return `${all} ${changed.length > 1 ? "have" : "has"} changed`;
}

interface Refused {
  /** Of the certificate, absolute. */
  readonly path: string;
  readonly tool: string;
  /** The lock file's folder. */
  readonly top: string;
}

function refusalOf(
  { worker, with: others = [] }: PromoteRequest,
  { path, tool, top }: Refused,
  { cwd }: Host,
) {
  const flags = others.map((file) => ` --with ${file}`).join("");
  const command = `llm-do compare ${worker} ${relative(cwd, resolve(top, tool))}${flags}`;
  return (reason: string, details: readonly string[]) =>
    new LlmDoError({
      code: "configuration",
      verb: "promote",
      what: worker,
      reason: `its certificate ${reason}`,
      place: { file: relative(cwd, path) },
      details,
      tries: [`compare them again: ${command}`, `until then: llm-do promote ${worker} --to shadow`],
    });
}

/** What a certificate claims, in words. */
export function claimText(certificate: Certificate): string {
  const { agreement, version } = certificate;
  const of = `version ${version}`;
  if (certificate.kind === "no-worse") {
    const { n, loss } = certificate.paired;
    const lost = loss > 0 ? `loses at most ${percent(loss, "at-most")}` : "loses nothing";
    return `no worse than the prompt, of which it ${lost} (${counted(n, "held-out input")}, ${of})`;
  }
  const { agreed, n } = agreement;
  const claim = percent(certificate.claim, "given");
  return `at least ${claim} agreement (${grouped(agreed)} of ${counted(n, "held-out input")}, ${of})`;
}
