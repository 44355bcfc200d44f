import { dirname, join, relative, resolve, sep } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import { conflictLines } from "../yaml/conflict-lines.ts";
import type { Certificate } from "./certificate.ts";
import type { LabelsEvent, LookEvent } from "./ledger-events.ts";
import { parseSplitLedger } from "./ledger-text.ts";
import { hasHead, LEDGER_FILE, type SplitLedger } from "./split-ledger.ts";
import { type WrongFigure, wrongUnless } from "./wrong-figures.ts";

/** The command that makes a certificate anew, as its own words know it. */
export function remake({ worker, tool }: Pick<Certificate, "worker" | "tool">): string {
  return `make it anew: llm-do compare ${worker.file} ${tool}`;
}

/**
 * Checks a certificate against the ledger beside it, whole: that this is the worker's own and stands
 * where it was made, has all that the certificate saw, and has a look with these counts; that nothing
 * has set its evidence aside since.
 *
 * @param path of the certificate, absolute
 * @param workerPath of the worker's file, absolute
 * @throws LlmDoError `file` for what does not fit, or a ledger that is damaged
 */
export function checkLedger(
  certificate: Certificate,
  { path, workerPath }: { readonly path: string; readonly workerPath: string },
  { files, cwd }: Pick<Host, "files" | "cwd">,
): void {
  const shown = (absolute: string) => relative(cwd, absolute);
  const ledgerPath = join(dirname(path), LEDGER_FILE);
  const { name } = certificate.worker;
  const own = join(dirname(workerPath), "hardening", name);
  const refuse = (reason: string, tries: readonly string[] = [remake(certificate)]) =>
    new LlmDoError({
      code: "file",
      verb: "check",
      what: shown(path),
      reason,
      place: { file: shown(ledgerPath) },
      tries,
    });
  if (resolve(dirname(path)) !== own) {
    throw refuse(`it was made in another folder than the worker's own, ${shown(own)}`);
  }
  if (files.stat(ledgerPath)?.kind !== "file") {
    throw refuse(`there is no ${LEDGER_FILE} beside it, which says what was looked at`, [
      `restore ${shown(ledgerPath)} from version control`,
      remake(certificate),
    ]);
  }
  const ledger = parseSplitLedger(files.readText(ledgerPath), shown(ledgerPath));
  const folder = relative(dirname(workerPath), own).split(sep).join("/");
  if (ledger.folder !== folder) {
    throw refuse(`its ledger was made in another folder, ${ledger.folder}`);
  }
  const problem = ledgerProblem(certificate, ledger);
  if (problem !== undefined) throw refuse(problem);
}

/** Why a ledger does not bear out a certificate; undefined where it does. */
function ledgerProblem(certificate: Certificate, ledger: SplitLedger): string | undefined {
  const { hashes, worker } = certificate;
  if (ledger.worker !== worker.name) return `its ledger is about the worker "${ledger.worker}"`;
  if (!hasHead(ledger, hashes.ledger)) return SHORTER;
  const at = ledger.events.findIndex(({ chain }) => chain === hashes.ledger);
  const cut = ledger.events.slice(at + 1).find((event) => event.kind === "cut");
  if (cut) return `its evidence was set aside on ${cut.at}: ${cut.detail}`;
  const [wrong] = wrongByLedger(certificate, ledger.events.slice(0, at + 1));
  return wrong && `its ${wrong.field} is ${wrong.says}, and its ledger has ${wrong.should}`;
}

const SHORTER = "its ledger is another one, or shorter, than the one that it was made by";

/**
 * What a run looks for in a ledger's text, without reading all of it: that it holds the certificate's
 * head, no cut after that, and no marks of a merge. `promote` and `monitor` check the whole.
 *
 * @returns why the code may not answer; undefined where it may
 */
export function ledgerTextProblem(
  text: string,
  { hashes }: Pick<Certificate, "hashes">,
): string | undefined {
  const at = text.indexOf(`"${hashes.ledger}"`);
  if (at < 0) return SHORTER;
  if (conflictLines(text)) return "its ledger holds the marks of a merge";
  return /\{\s*"kind"\s*:\s*"cut"/.test(text.slice(at))
    ? "its evidence was set aside after it was made"
    : undefined;
}

/** What a certificate says otherwise than the looks that are on record. */
function wrongByLedger(
  certificate: Certificate,
  events: SplitLedger["events"],
): readonly WrongFigure[] {
  const { kind, version, inputs, hashes, agreement } = certificate;
  const looks = events.filter((event): event is LookEvent & { chain: string } => {
    return event.kind === "look" && event.certificate === kind && event.version === version;
  });
  const last = looks.at(-1);
  const counts = ({ n, agreed }: { readonly n?: number; readonly agreed?: number }) =>
    n === undefined ? "no counts" : `${agreed} of ${n}`;
  if (!last) return wrongUnless(false, "version", version, "no such version");
  return [
    ...wrongUnless(last.m === inputs, "inputs", inputs, last.m),
    ...wrongUnless(last.answers === hashes.answers, "answers", hashes.answers, last.answers),
    ...wrongUnless(
      last.n === agreement.n && last.agreed === agreement.agreed,
      "agreement",
      counts(agreement),
      counts(last),
    ),
    ...(["prompt", "model", "comparator"] as const).flatMap((part) =>
      wrongUnless(last.subject[part] === hashes[part], part, hashes[part], last.subject[part]),
    ),
    ...(kind === "no-worse" ? wrongLabels(certificate, events) : []),
  ];
}

function wrongLabels(
  certificate: Certificate & { readonly kind: "no-worse" },
  events: SplitLedger["events"],
): readonly WrongFigure[] {
  const { paired, version } = certificate;
  const last = events.findLast((event): event is LabelsEvent & { chain: string } => {
    return event.kind === "labels" && event.version === version;
  });
  const counts = ({ n, better, worse }: Pick<LabelsEvent, "n" | "better" | "worse">) =>
    `${better} better and ${worse} worse of ${n}`;
  if (!last) return wrongUnless(false, "paired", counts(paired), "no labels");
  return wrongUnless(counts(last) === counts(paired), "paired", counts(paired), counts(last));
}
