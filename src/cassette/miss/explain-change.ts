import type { MissCause } from "../../errors/codes.ts";
import type { Json } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import { encodeMessage } from "../file/encode-entry.ts";
import {
  type Difference,
  firstDifference,
  formatDifferencePath,
} from "../read/first-difference.ts";
import type { SecretScanner } from "../secrets/secret-scanner.ts";
import { changedSubject, isAttachmentHash } from "./changed-subject.ts";
import {
  isRecordedWithOtherEndings,
  KEEP_LINE_ENDINGS,
  LINE_ENDINGS,
  showDifference,
} from "./difference-lines.ts";

/** Why a recorded request is not the one that is asked. */
interface Explanation {
  readonly cause: MissCause;
  /** The path of the first difference, as in `messages[2].tool.output`. */
  readonly differsAt?: string;
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
  const differsAt = formatDifferencePath(difference.path);
  const explained = (reason: string, details: readonly string[]) => ({
    ...explanation(subject.cause, reason, details),
    differsAt,
  });
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

function explanation(cause: MissCause, reason: string, details: readonly string[]): Explanation {
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
      firstDifference({ in: recorded[field] ?? null }, { in: asked[field] ?? null }) !== undefined,
  );
}

/** A request's fields as a cassette shows them, in its order; absent ones are undefined. */
type ComparableRequest = Readonly<Record<string, Json | undefined>>;

const NO_BYTES = new Uint8Array(0);

/** A request with every field in its place, whether or not it is empty. */
function comparable(request: ModelRequest): ComparableRequest {
  const { model, system, tools, serverTools, settings, outputSchema, messages } = request;
  return {
    model,
    system,
    // JSON by their types.
    tools: tools as unknown as Json,
    serverTools: serverTools as unknown as Json,
    settings: settings as Json,
    outputSchema,
    messages: messages.map((message) => encodeMessage(withoutBytes(message))),
  };
}

/** A recording has no bytes of attachments; their hash tells whether they are the same. */
function withoutBytes(message: Message): Message {
  if (message.kind === "assistant") return message;
  const content = message.content.map((part) =>
    part.kind === "attachment" ? { ...part, bytes: NO_BYTES } : part,
  );
  return { ...message, content };
}

/** A kind of text that differs in every run by itself, and a pattern that finds it. */
export interface VolatileKind {
  /** As in "differs by a date only". */
  readonly name: string;
  /** As it may stand in a project's rules. */
  readonly pattern: string;
}

/** From the most to the least specific: what one has found is not looked at by the next. */
const KINDS: readonly VolatileKind[] = [
  {
    name: "a timestamp",
    pattern: String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?`,
  },
  { name: "a date", pattern: String.raw`\d{4}-\d\d-\d\d` },
  {
    name: "a date",
    pattern: String.raw`(?:\d{1,2}\.? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,4}(?:, \d{4})?`,
  },
  { name: "a date", pattern: String.raw`\d{1,2}[./]\d{1,2}[./]\d{4}` },
  { name: "a time", pattern: String.raw`\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?` },
  { name: "a temporary path", pattern: String.raw`(?:/private)?/(?:tmp|var/folders)/[\w./+-]+` },
  { name: "a random number", pattern: String.raw`(?<![\d.])0\.\d{8,}` },
  {
    name: "an id",
    pattern: "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
  },
  { name: "an id", pattern: "[0-9a-fA-F]{16,}" },
  { name: "a timestamp", pattern: String.raw`\d{10,}` },
];

const PLACEHOLDER = "\u0000";

/** The kind that is all in which two texts differ; undefined when they differ in more. */
function volatileDifference(recorded: string, asked: string): VolatileKind | undefined {
  let [left, right] = [recorded, asked];
  let last: VolatileKind | undefined;
  for (const kind of KINDS) {
    if (left === right) break;
    const pattern = new RegExp(kind.pattern, "g");
    const before = left;
    left = left.replace(pattern, PLACEHOLDER);
    right = right.replace(pattern, PLACEHOLDER);
    if (left !== before) last = kind;
  }
  return left === right ? last : undefined;
}
