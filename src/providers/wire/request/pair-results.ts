import type {
  AssistantMessage,
  Attachment,
  ContentPart,
  Message,
  ToolCallPart,
  ToolMessage,
  UserMessage,
} from "../../../model/message.ts";
import { SentCallIds } from "../call-ids.ts";
import type { WireRules } from "../wire-rules.ts";

/** Said for a call that nobody answered. */
const NO_RESULT = "The call was interrupted before it had a result.";

/** Said for a result without content. */
const NO_OUTPUT = "(no output)";

/** Said for an error without content. */
const NO_REASON = "The call failed without a message.";

/** Said in a result whose content is files that follow. */
const ATTACHED = "The result is attached below.";

type PairRules = Pick<WireRules, "callIds" | "takesInResult">;

interface Call {
  readonly part: ToolCallPart;
  readonly sentId: string;
  result?: ToolMessage;
}

interface Answer {
  readonly kind: "answer";
  readonly message: AssistantMessage;
  readonly calls: readonly Call[];
}

/**
 * Puts the one result of each call right behind the answer with the call, in the order of the calls,
 * under ids that the API takes. A call without a result gets one that says so; a result without a
 * call is told as words of the user, in its place.
 */
export function pairResults(messages: readonly Message[], rules: PairRules): Message[] {
  const ids = new SentCallIds(rules.callIds);
  const answers: Answer[] = [];
  const turns: (Answer | UserMessage)[] = [];
  for (const message of messages) {
    if (message.kind === "user") turns.push(message);
    else if (message.kind === "assistant") {
      const answer = { kind: "answer", message, calls: callsOf(message, ids) } as const;
      if (answer.calls.length > 0) answers.push(answer);
      turns.push(answer);
    } else {
      const call = openCall(answers, message.id);
      if (call) call.result = message;
      else turns.push(toldResult(message));
    }
  }
  return turns.flatMap((turn) => (turn.kind === "user" ? [turn] : withResults(turn, rules)));
}

function callsOf({ parts }: AssistantMessage, ids: SentCallIds): Call[] {
  return parts.flatMap((part) =>
    part.kind === "tool-call" ? [{ part, sentId: ids.take(part.id) }] : [],
  );
}

/** The call that a result answers: of the latest answer that waits for one of that id. */
function openCall(answers: readonly Answer[], id: string): Call | undefined {
  for (let index = answers.length - 1; index >= 0; index--) {
    const calls = answers[index]?.calls ?? [];
    const open = calls.find((call) => call.part.id === id && call.result === undefined);
    if (open) return open;
  }
  return undefined;
}

function withResults({ message, calls }: Answer, rules: PairRules): Message[] {
  if (calls.length === 0) return [message];
  const sentIds = calls.map(({ sentId }) => sentId);
  const parts = message.parts.map((part) =>
    part.kind === "tool-call" ? { ...part, id: sentIds.shift() ?? part.id } : part,
  );
  const files: ContentPart[] = [];
  const results = calls.map((call) => {
    const { result, following } = sentResult(call, rules);
    if (following.length > 0) files.push(label(result), ...following);
    return result;
  });
  return [
    { ...message, parts },
    ...results,
    ...(files.length > 0 ? [{ kind: "user", content: files } as const] : []),
  ];
}

function sentResult(
  { part, sentId, result }: Call,
  rules: PairRules,
): { readonly result: ToolMessage; readonly following: readonly Attachment[] } {
  const head = { kind: "tool", id: sentId, name: part.name } as const;
  if (!result) {
    return { result: { ...head, content: said(NO_RESULT), isError: true }, following: [] };
  }
  const { content, isError } = result;
  const following: Attachment[] = [];
  const within = content.filter((piece) => {
    if (piece.kind === "text" || rules.takesInResult(piece, isError)) return true;
    following.push(piece);
    return false;
  });
  const missing = following.length > 0 ? ATTACHED : wordsFor(isError);
  const shown = within.length > 0 ? within : said(missing);
  return { result: { ...head, content: shown, isError }, following };
}

function wordsFor(isError: boolean): string {
  return isError ? NO_REASON : NO_OUTPUT;
}

function said(text: string): ContentPart[] {
  return [{ kind: "text", text }];
}

function label({ name, id }: ToolMessage): ContentPart {
  return { kind: "text", text: `Attached to the result of ${name} (${id}):` };
}

function toldResult({ name, content, isError }: ToolMessage): UserMessage {
  const what = isError ? "An error" : "A result";
  const head = `${what} of the tool ${name}, whose call is not in this conversation:`;
  return {
    kind: "user",
    content: [...said(head), ...(content.length > 0 ? content : said(wordsFor(isError)))],
  };
}
