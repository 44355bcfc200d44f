import { counted, grouped } from "../../../words/counted.ts";
import { percent, points } from "../../../words/percent.ts";
import type { CompareReport, ReportedPaired, ShownLook } from "./compare-report.ts";

/** What the words are made from. */
export type Stated = Omit<CompareReport, "headline" | "statement">;

const LIKE = "of inputs like those recorded and inside the guard";

/** The verdict in one line. */
export function headlineOf(stated: Stated): string {
  const fallback = stated.look && !stated.look.hidden ? `; ${fallbackText(stated.look)}` : "";
  return `${verdictText(stated)}${fallback}`;
}

function verdictText(stated: Stated): string {
  const { verdict } = stated;
  const asked = askedText(stated);
  switch (verdict) {
    case "supported":
      return `supported: ${asked}`;
    case "refuted":
      return `refuted: ${asked}`;
    case "inconclusive":
      return `inconclusive: too few inputs to say ${asked}`;
    case "not-yet":
      return `not yet: ${asked}`;
    case "not-looked":
      return stated.opened
        ? `${counted(stated.opened.inputs, "held-out input")} opened; the holdout was not looked at`
        : couldNotPass(stated);
  }
}

function askedText({ kind, claim = 0, margin = 0, look }: Stated): string {
  if (kind === "no-worse") {
    return `that it is no worse than the prompt, up to ${counted(Number(points(margin, "given")), "point")}`;
  }
  const unit = look && !look.hidden && look.unit === "template" ? ", counted by templates" : "";
  return `that they agree on at least ${percent(claim, "given")}${unit}`;
}

function couldNotPass({ train: { n, agreed } }: Stated): string {
  return `${percent(agreed / n, "estimate")} of train agree: it could not pass; the holdout was not looked at`;
}

function fallbackText({ fallback: { n, fellBack, lower, upper } }: ShownLook): string {
  return `${grouped(fellBack)} of ${counted(n, "held-out input")} left to the prompt (between ${percent(lower, "at-least")} and ${percent(upper, "at-most")})`;
}

/** The result in a few sentences, which never claim more than the recordings carry. */
export function statementOf(stated: Stated): string {
  return [
    lookSentence(stated),
    pairedSentence(stated),
    furtherSentence(stated),
    selfSentence(stated),
    originSentence(stated),
    lastSentence(stated),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function lookSentence(stated: Stated): string {
  const { look, verdict, kind } = stated;
  if (kind === "no-worse") return "";
  if (!look) return verdict === "not-looked" ? notLooked(stated) : "";
  const risk = `at a risk of ${percent(look.alpha, "at-most")}, however often version ${look.version} looks`;
  if (look.hidden) return hiddenSentence(stated, risk);
  const { lower, upper } = look;
  const on = agreedOn(look);
  if (look.n === 0) return on;
  const of = look.unit === "template" ? "of templates like those recorded agree throughout" : LIKE;
  switch (verdict) {
    case "supported":
      return `${on}: at least ${percent(lower, "at-least")} ${of}, ${risk}.`;
    case "refuted":
      return `${on}: at most ${percent(upper, "at-most")} ${of}, ${risk}.`;
    default:
      return `${on}: at least ${percent(lower, "at-least")} and at most ${percent(upper, "at-most")} ${of}, ${risk}.`;
  }
}

function agreedOn({ n, agreed, unit, templates }: ShownLook): string {
  if (n === 0) return "There is no held-out recording to compare on.";
  const inputs = `Agreed on ${grouped(agreed)} of ${counted(n, "distinct held-out input")}`;
  if (unit === "input" || !templates) return inputs;
  return `${inputs}, and on all inputs of ${grouped(templates.agreed)} of ${counted(templates.n, "template")}`;
}

function notLooked(stated: Stated): string {
  const { opened } = stated;
  if (!opened) return `${couldNotPass(stated)}, and no version was used.`;
  const differ = counted(opened.disagreements, "of them disagrees", "of them disagree");
  return `The next ${counted(opened.inputs, "held-out input")} of the list were opened, ${differ}; all of them are train now, and count for the versions that had answered them before.`;
}

function hiddenSentence({ verdict, claim = 0 }: Stated, risk: string): string {
  const why = "No count of the holdout is shown, so that nothing can be climbed on.";
  if (verdict !== "supported") return why;
  return `At least ${percent(claim, "given")} ${LIKE}, ${risk}. ${why}`;
}

function pairedSentence(stated: Stated): string {
  const { paired, kind } = stated;
  if (kind !== "no-worse" || !paired) return "";
  const { n, better = 0, worse = 0, loss, version, alpha, labels = 0 } = paired;
  const risk = `at a risk of ${percent(alpha, "at-most")}, whenever version ${version} stops`;
  if (n === undefined) {
    return "No count of the holdout is shown, so that nothing can be climbed on.";
  }
  const through = `Of ${counted(n, "held-out input")} in the order of the list only the tool is right on ${grouped(better)} and only the prompt on ${grouped(worse)}, by ${counted(labels, "label")}`;
  return `${through}${loss === undefined ? "" : `: ${lossText(loss)}, ${risk}`}.${stoppedText(paired)}`;
}

function lossText(loss: number): string {
  if (loss < 0)
    return `the tool is right more often by at least ${points(-loss, "at-least")} points`;
  return `the tool is right less often by at most ${points(loss, "at-most")} points`;
}

function stoppedText({ stoppedBy }: ReportedPaired): string {
  switch (stoppedBy) {
    case "label":
      return " The next disagreement has no label, and none may be skipped.";
    case "answer":
      return " The next input has no answer of the other worker on record, and none may be skipped.";
    case "end":
      return " That is the whole list.";
    default:
      return "";
  }
}

function furtherSentence({ look, verdict, ledger }: Stated): string {
  if (!look || (verdict !== "inconclusive" && verdict !== "not-yet")) return "";
  const rate = look.hidden ? "at the rate of train" : "at the rate seen";
  const { needed } = look;
  if (needed === undefined) return "";
  if (needed === null) return `No number of inputs will do ${rate}.`;
  if (!look.hidden && look.unit === "template") {
    return `About ${counted(needed, "template")} ${rate} are about as likely as not to suffice.`;
  }
  const further = look.hidden ? needed : needed - look.n;
  const more = `${grouped(Math.ceil(further / ledger.holdout))} more distinct recorded inputs, as ${percent(ledger.holdout, "given")} are held out`;
  const total = `${counted(needed, "held-out input")} ${rate} are about as likely as not to suffice`;
  return look.hidden ? `${total}.` : `${total}: ${more}.`;
}

function selfSentence({ selfAgreement, sources, candidate }: Stated): string {
  if (sources.calls === 0) return "";
  const who = candidate === "worker" ? "The first prompt" : "The prompt";
  if (!selfAgreement) return `${who} was asked nothing twice, so its own noise is unknown.`;
  const { agreed, n } = selfAgreement;
  return `${who} agrees with itself on ${percent(agreed / n, "estimate")} of ${counted(n, "input")}.`;
}

function originSentence({ sources: { scripted, calls, origins } }: Stated): string {
  const told: string[] = [];
  if (scripted > 0) {
    const which = scripted === calls ? "All answers come" : `${grouped(scripted)} answers come`;
    told.push(`${which} from a script that stood in for the model.`);
  }
  if (origins.imported > 0) {
    told.push(`${counted(origins.imported, "input")} to learn from come from somebody else's log.`);
  }
  return told.join(" ");
}

function lastSentence({ kind, verdict, opened }: Stated): string {
  if (kind === "no-worse") return "";
  const correct = "This is not a claim that either is correct";
  if (verdict === "supported") {
    return `It is about the average of the inputs counted so far, not about the next one. ${correct}.`;
  }
  if (verdict === "refuted" || (verdict === "not-looked" && !opened)) {
    return `${correct}: where the prompt is wrong, a tool that is right disagrees. --no-worse says by labels which of them is.`;
  }
  return `${correct}.`;
}
