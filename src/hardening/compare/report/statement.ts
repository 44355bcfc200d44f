import { counted, grouped } from "../../../words/counted.ts";
import { confidence, percent } from "../../../words/percent.ts";
import { HOLDOUT_SHARE } from "../../recordings/distinct-inputs.ts";
import type { CompareReport } from "./report.ts";

/** What the statement is made from. */
type Stated = Pick<
  CompareReport,
  "agreement" | "alpha" | "looks" | "noise" | "selfAgreement" | "fallback" | "sources" | "kind"
>;

/** The result in a few sentences, which never claim more than the recordings carry. */
export function statementOf(stated: Stated): string {
  const { fallback } = stated;
  return [
    agreedOn(stated),
    selfSentence(stated),
    `Expected fallback ${percent(fallback.expected.share, "estimate")}.`,
    furtherSentence(stated),
    "This is not a claim that either is correct.",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function agreedOn({ agreement, alpha, looks }: Stated): string {
  const { n, agreed, lower, upper, verdict } = agreement;
  if (n === 0) return "There is no held-out recording to compare on.";
  const on = `Agreed on ${grouped(agreed)} of ${grouped(n)} distinct held-out recordings`;
  const look = looks === 1 ? "" : ` over ${looks} looks`;
  const sure = `with ${confidence(alpha)} confidence${look}`;
  const inside = "on inputs like those recorded and inside the guard";
  switch (verdict) {
    case "supported":
      return `${on}: ${sure} at least ${percent(lower, "at-least")} ${inside}.`;
    case "refuted":
      return `${on}: ${sure} at most ${percent(upper, "at-most")} ${inside}.`;
    case "inconclusive":
      return `${on}: at least ${percent(lower, "at-least")} and at most ${percent(upper, "at-most")} ${inside}, each ${sure}.`;
  }
}

/** The verdict in one line. */
export function headlineOf({ agreement: { claim, verdict } }: Pick<Stated, "agreement">): string {
  const asked = `that they agree on at least ${percent(claim, "given")}`;
  switch (verdict) {
    case "supported":
      return `supported: ${asked}`;
    case "refuted":
      return `refuted: ${asked}`;
    case "inconclusive":
      return `inconclusive: too few recordings to say ${asked}`;
  }
}

function furtherSentence({ agreement, looks }: Stated): string {
  const { verdict, needed = 0, neededAtNextLook = 0, claim } = agreement;
  if (verdict !== "inconclusive") return "";
  const recorded = grouped(Math.ceil(neededAtNextLook / HOLDOUT_SHARE));
  return (
    `${counted(needed, "more distinct held-out input")}, all agreeing, would have supported ${percent(claim, "given")} now; ` +
    `at the next look, number ${looks + 1}, it takes ${grouped(neededAtNextLook)}: ` +
    `about ${recorded} more distinct recorded inputs, as 1 in ${1 / HOLDOUT_SHARE} is held out.`
  );
}

function selfSentence({ noise, selfAgreement, sources, kind }: Stated): string {
  if (sources.calls === 0) return "";
  const who = kind === "worker" ? "The first prompt" : "The prompt";
  if (noise)
    return `${who} agrees with itself on ${percent(noise.promptAgreed / noise.n, "estimate")}.`;
  if (!selfAgreement) return `${who} was asked nothing twice, so its own noise is unknown.`;
  const { agreed, n } = selfAgreement;
  return `${who} agrees with itself on ${percent(agreed / n, "estimate")}, on inputs that are not held out.`;
}
