import {
  type AssistantMessage,
  type Message,
  type UserMessage,
  userText,
} from "../../../model/message.ts";
import type { ToolNames } from "../tool-names.ts";
import type { WireRules } from "../wire-rules.ts";
import { pairResults } from "./pair-results.ts";
import { sendableContent, sendableParts } from "./sendable-content.ts";

/** Said for a last message of the user without any content, and for a conversation without any. */
const NO_MESSAGE = "(empty message)";

/** Said where the beginning of a conversation is missing. */
const BEFORE = "(The conversation begins with an answer.)";

/** Said where a conversation ends with an answer and the API wants the user to speak last. */
const GO_ON = "Continue.";

/** Said where the API wants an answer to the results of tools. */
const TAKEN_NOTE = "I have the results.";

/**
 * The messages of a conversation as an API takes them. A conversation that it takes already comes
 * back with the same content; whatever else it holds, no text, no result and no file is lost, and
 * the API's encoder can write each message as it is.
 *
 * @param names the names under which tools are sent
 */
export function sendableHistory(
  messages: readonly Message[],
  rules: WireRules,
  names: ToolNames,
): readonly Message[] {
  const joined = rules.joinsNeighbours ? joinNeighbours(messages) : messages;
  const paired = pairResults(cleaned(joined, rules, names), rules);
  const begun = withBeginning(paired, rules);
  const ended = withEnd(begun, rules);
  const turns = rules.joinsNeighbours ? joinNeighbours(ended).map(thinkingFirst(rules)) : ended;
  return rules.answerAfterResults ? withNotes(turns) : turns;
}

/** Each message without what no API takes; one of which nothing is left is left out. */
function cleaned(messages: readonly Message[], rules: WireRules, names: ToolNames): Message[] {
  const sendable: Message[] = [];
  let wasLeftOut = false;
  for (const [index, message] of messages.entries()) {
    if (message.kind === "assistant") {
      const parts = sendableParts(message.parts, rules, names);
      wasLeftOut = parts.every((part) => rules.goesAlong(part));
      if (!wasLeftOut) sendable.push({ ...message, parts });
      continue;
    }
    const content = sendableContent(message.content);
    const last = sendable.at(-1);
    if (message.kind === "tool") {
      sendable.push({ ...message, name: names.sent(message.name), content });
    } else if (content.length === 0) {
      const isLast = index === messages.length - 1;
      if (!isLast || last?.kind !== "assistant") continue;
      sendable.push(userText(NO_MESSAGE));
    } else if (wasLeftOut && last?.kind === "user") {
      // Templates of local models want the roles to alternate, as they did with the empty answer.
      sendable[sendable.length - 1] = { ...last, content: [...last.content, ...content] };
    } else {
      sendable.push({ ...message, content });
    }
    wasLeftOut = false;
  }
  return sendable;
}

function withBeginning(messages: readonly Message[], { userFirst }: WireRules): readonly Message[] {
  const [first] = messages;
  if (first === undefined) return [userText(NO_MESSAGE)];
  return userFirst && first.kind !== "user" ? [userText(BEFORE), ...messages] : messages;
}

function withEnd(messages: readonly Message[], rules: WireRules): readonly Message[] {
  const last = messages.at(-1);
  if (last?.kind !== "assistant") return messages;
  const becomes = rules.lastAnswer(last);
  switch (becomes) {
    case "stays":
      return messages;
    case "is-trimmed":
      return [...messages.slice(0, -1), trimmed(last)];
    case "is-answered":
      return [...messages, userText(GO_ON)];
    default:
      return becomes satisfies never;
  }
}

function trimmed(message: AssistantMessage): AssistantMessage {
  const last = message.parts.at(-1);
  if (last?.kind !== "text") return message;
  return {
    ...message,
    parts: [...message.parts.slice(0, -1), { ...last, text: last.text.trimEnd() }],
  };
}

function joinNeighbours(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const both = joinedPair(joined.at(-1), message);
    if (both) joined[joined.length - 1] = both;
    else joined.push(message);
  }
  return joined;
}

function joinedPair(left: Message | undefined, right: Message): Message | undefined {
  if (left?.kind === "user" && right.kind === "user") {
    return { kind: "user", content: [...left.content, ...right.content] } satisfies UserMessage;
  }
  if (left?.kind === "assistant" && right.kind === "assistant") {
    return { kind: "assistant", parts: [...left.parts, ...right.parts] };
  }
  return undefined;
}

/** Answers that were joined may have thinking of the second behind the text of the first. */
function thinkingFirst({ thinkingLeads, goesAlong }: WireRules): (message: Message) => Message {
  return (message) => {
    if (!thinkingLeads || message.kind !== "assistant") return message;
    const { parts } = message;
    if (!parts.some((part) => part.kind === "tool-call")) return message;
    const first = parts.findIndex(goesAlong);
    if (first <= 0) return message;
    const length = parts.slice(first).findIndex((part) => !goesAlong(part));
    const [before, thinking] = [parts.slice(0, first), parts.slice(first, first + length)];
    return { ...message, parts: [...thinking, ...before, ...parts.slice(first + length)] };
  };
}

function withNotes(messages: readonly Message[]): Message[] {
  return messages.flatMap((message, index) => {
    const isBetween = message.kind === "user" && messages[index - 1]?.kind === "tool";
    if (!isBetween) return [message];
    return [{ kind: "assistant", parts: [{ kind: "text", text: TAKEN_NOTE }] }, message];
  });
}
