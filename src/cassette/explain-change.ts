import { canonicalJson } from "../model/canonical.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ChangeCause } from "./change-cause.ts";
import { changedSubject, isAttachmentHash } from "./changed-subject.ts";
import { type ComparableRequest, comparable } from "./comparable-request.ts";
import { showDifference } from "./difference-lines.ts";
import { type Difference, firstDifference } from "./first-difference.ts";
import { isRecordedWithOtherEndings, KEEP_LINE_ENDINGS, LINE_ENDINGS } from "./line-endings.ts";
import type { SecretScanner } from "./secrets.ts";
import { type VolatileKind, volatileDifference } from "./volatile-text.ts";

/** Why a recorded request is not the one that is asked. */
export interface Explanation {
  readonly cause: ChangeCause;
  /** What changed, in one line. */
  readonly reason: string;
  /** How it changed, in a few words; undefined where the reason says it. */
  readonly summary?: string;
  /** The kind of text that is all in which it changed. */
  readonly volatile?: VolatileKind;
  readonly details: readonly string[];
  readonly triesFirst: readonly string[];
  readonly triesLast: readonly string[];
}

const UNDO = ["or undo the change"];

/** Compares two requests that are not equal, both as the project's rules leave them. */
export function explainChange(
  recorded: ModelRequest,
  asked: ModelRequest,
  scanner: SecretScanner,
): Explanation {
  const [left, right] = [comparable(recorded), comparable(asked)];
  const difference = firstDifference(left, right);
  // Keys differ only where requests do; a cassette whose key was edited could say otherwise.
  if (!difference) return explanation("edited", "its recording does not fit its key", []);
  const subject = changedSubject(difference, recorded, asked);
  const explained = (reason: string, details: readonly string[]) =>
    explanation(subject.cause, reason, details);
  const others = otherDifferences(left, right, difference);
  const alsoLines = others.length > 0 ? [`  differs as well: ${others.join(", ")}`] : [];
  if (isAttachmentHash(difference)) {
    const attached = attachmentAt(difference, asked);
    const isSame = attached && isRecordedWithOtherEndings(attached, String(difference.recorded));
    if (!isSame) return explained(`${subject.name} changed`, alsoLines);
    const reason = `${subject.name} changed (${LINE_ENDINGS})`;
    return { ...explained(reason, alsoLines), triesFirst: [KEEP_LINE_ENDINGS] };
  }
  const { summary, lines } = showDifference(subject.shown ?? difference, scanner);
  const details = [...lines, ...alsoLines];
  if (subject.sentence) return explained(subject.sentence, details);
  const kind = volatileKindOf(difference);
  if (!kind) {
    const how = subject.how ?? prefixed(difference, summary);
    const changed = explained(`${subject.name} changed (${how})`, details);
    return summary === LINE_ENDINGS ? { ...changed, triesFirst: [KEEP_LINE_ENDINGS] } : changed;
  }
  const rule = `add it to llm-do.yaml, then record anew: volatile: ['${kind.pattern}']`;
  return {
    ...explained(`${subject.name} changed by ${kind.name} only`, details),
    summary,
    volatile: kind,
    triesFirst: [rule],
  };
}

function explanation(cause: ChangeCause, reason: string, details: readonly string[]): Explanation {
  return { cause, reason, details, triesFirst: [], triesLast: UNDO };
}

/** The file whose hash differs, as it is today. */
function attachmentAt({ path }: Difference, { messages }: ModelRequest) {
  const message = messages[Number(path[1])];
  if (!message || message.kind === "assistant") return undefined;
  const part = message.content[Number(path[path.length - 3])];
  return part?.kind === "attachment" ? part : undefined;
}

/** A setting says little without its name. */
function prefixed({ path }: Difference, summary: string): string {
  return path[0] === "settings" && path.length > 1 ? `${path[1]}: ${summary}` : summary;
}

/** The kind of text in which two texts differ; undefined where they differ in more. */
export function volatileKindOf({ recorded, asked }: Difference): VolatileKind | undefined {
  if (typeof recorded !== "string" || typeof asked !== "string") return undefined;
  return volatileDifference(recorded, asked);
}

/** Fields in which two requests differ beside the first. */
function otherDifferences(
  recorded: ComparableRequest,
  asked: ComparableRequest,
  first: Difference,
): readonly string[] {
  return Object.keys(asked).filter(
    (field) =>
      field !== first.path[0] &&
      canonicalJson(recorded[field] ?? null) !== canonicalJson(asked[field] ?? null),
  );
}
