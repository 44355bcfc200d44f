import { type Certificate, makeCertificate } from "../../src/certificate/certificate.ts";
import { withLabels } from "../../src/certificate/ledger-changes.ts";
import { LedgerView } from "../../src/certificate/ledger-view.ts";
import { head, type SplitLedger } from "../../src/certificate/split-ledger.ts";
import { mostLoss, type PairedCounts } from "../../src/statistics/paired.ts";
import { rareInterval } from "../../src/statistics/rare-interval.ts";
import { interval } from "../../src/statistics/time-uniform.ts";
import { versionRisk } from "../../src/statistics/version-risk.ts";
import { AT, answersTo, lookedAt, madeUpLedger, SUBJECT, sha } from "./ledgers.ts";

interface Counts {
  readonly n: number;
  readonly agreed: number;
  readonly version?: number;
  /** Default: 0.98. */
  readonly claim?: number;
  /** Makes it a certificate of `no-worse`. */
  readonly paired?: PairedCounts;
  /** Makes templates the unit. */
  readonly templates?: { readonly n: number; readonly agreed: number };
  readonly hashes?: Partial<Certificate["hashes"]>;
  readonly inputs?: number;
}

/** The certificate that a comparison would write with these counts, were its claim supported. */
export function certified(counts: Counts): Certificate {
  const { n, agreed, version = 1, claim = 0.98, paired, templates, inputs = 2 * n } = counts;
  const alpha = versionRisk(version);
  const fellBack = Math.floor(n / 50);
  const disagreed = n - agreed;
  const base = {
    worker: { name: "slug", file: "slug.worker" },
    candidate: "tool",
    tool: "slug.ts#slug",
    version,
    alpha,
    inputs,
    agreement: {
      ...{ n, agreed, ...interval({ n, agreed }, alpha) },
      ...(paired ? {} : { verdict: "supported" as const }),
      ...(templates
        ? {
            unit: "template" as const,
            templates: {
              ...templates,
              lower: interval(templates, alpha).lower,
              effective: templates.n / 2,
            },
          }
        : { unit: "input" as const }),
    },
    fallback: { n, fellBack, ...rareInterval({ n, agreed: fellBack }, alpha) },
    single: { n, disagreed, upper: rareInterval({ n, agreed: disagreed }, alpha).upper },
    sources: { traffic: n, shadow: 0, check: 0, imported: 0, scripted: 0 },
    reference: 1,
    hashes: {
      ...{ prompt: SUBJECT.prompt, model: SUBJECT.model, comparator: SUBJECT.comparator },
      ...{ tool: sha("tool"), answers: sha("answers"), ledger: sha("ledger") },
      ...counts.hashes,
    },
    madeAt: AT,
    strict: { mutationScore: 0.5 },
  } as const;
  return paired
    ? makeCertificate({
        ...base,
        kind: "no-worse",
        margin: 0.01,
        paired: { ...paired, loss: mostLoss(paired, alpha) },
      })
    : makeCertificate({ ...base, kind: "agreement", claim });
}

/** A ledger of some inputs with a supported look, and the certificate of that. */
export function certifiedLedger(
  inputs: number,
  counts: Partial<Counts> = {},
): { readonly ledger: SplitLedger; readonly certificate: Certificate } {
  const answers = answersTo(inputs);
  let ledger: SplitLedger;
  let n: number;
  if (counts.paired) {
    const view = new LedgerView(madeUpLedger(inputs));
    ({ ledger, n } = lookedAt(madeUpLedger(inputs), answers, SUBJECT, "no-worse"));
    const match = new LedgerView(ledger).match("no-worse", SUBJECT, answers);
    const progress = {
      at: AT,
      ...counts.paired,
      upTo: view.length(SUBJECT),
      by: "labels",
    } as const;
    ledger = withLabels(ledger, match, progress);
  } else ({ ledger, n } = lookedAt(madeUpLedger(inputs), answers));
  const hashes = { answers: answers(inputs), ledger: head(ledger) };
  return { ledger, certificate: certified({ n, agreed: n, inputs, hashes, ...counts }) };
}
