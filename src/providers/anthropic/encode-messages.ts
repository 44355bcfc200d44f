import type {
  ContentBlockParam,
  MessageParam,
  ToolResultBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type {
  AssistantMessage,
  ContentPart,
  Message,
  ToolMessage,
  UserMessage,
} from "../../model/message.ts";
import { encodeAnswerPart } from "./encode-answer.ts";
import { encodeAttachment } from "./encode-content.ts";
import { ToolIds } from "./tool-ids.ts";

/** Said for a call that nobody answered: the wire refuses a call without a result. */
const NO_RESULT = "The call was interrupted before it had a result.";

type Turn =
  | {
      readonly role: "user";
      readonly results: ToolResultBlockParam[];
      readonly said: ContentBlockParam[];
    }
  | { readonly role: "assistant"; readonly blocks: ContentBlockParam[] };

/**
 * The messages of a request: neighbours of one role become one message, the results of all tool
 * calls of an answer come first in the user message after it, and each call has its result.
 */
export function encodeMessages(messages: readonly Message[], model: string): MessageParam[] {
  const ids = new ToolIds();
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.kind === "assistant") addAnswer(turns, message, ids);
    else addSaid(turns, message, { ids, model });
  }
  answerOpenCalls(turns);
  return turns.map(encodeTurn);
}

function addAnswer(turns: Turn[], message: AssistantMessage, ids: ToolIds): void {
  const last = turns.at(-1);
  if (last?.role !== "assistant") ids.beginAnswer();
  const blocks = message.parts
    .map((part) => encodeAnswerPart(part, ids))
    .filter((block) => block !== undefined);
  // The wire refuses a message without content, and an answer may be empty.
  if (blocks.length === 0) return;
  if (last?.role === "assistant") last.blocks.push(...blocks);
  else turns.push({ role: "assistant", blocks });
}

interface Encoding {
  readonly ids: ToolIds;
  readonly model: string;
}

function addSaid(turns: Turn[], message: UserMessage | ToolMessage, encoding: Encoding): void {
  const content = encodeContent(message.content, encoding.model);
  if (message.kind === "user" && content.length === 0) return;
  let turn = turns.at(-1);
  if (turn?.role !== "user") {
    turn = { role: "user", results: [], said: [] };
    turns.push(turn);
  }
  if (message.kind === "user") turn.said.push(...content);
  else turn.results.push(encodeResult(message, content, encoding.ids));
}

function encodeResult(
  message: ToolMessage,
  content: Content[],
  ids: ToolIds,
): ToolResultBlockParam {
  return {
    type: "tool_result",
    tool_use_id: ids.ofResult(message.id),
    ...(content.length > 0 ? { content } : {}),
    ...(message.isError ? { is_error: true } : {}),
  };
}

type Content = Exclude<ToolResultBlockParam["content"], string | undefined>[number] &
  ContentBlockParam;

function encodeContent(content: readonly ContentPart[], model: string): Content[] {
  const blocks: Content[] = [];
  for (const part of content) {
    if (part.kind !== "text") blocks.push(encodeAttachment(part, model));
    else if (part.text !== "") blocks.push({ type: "text", text: part.text });
  }
  return blocks;
}

/** Puts the results behind each answer in the order of its calls, making up those that lack. */
function answerOpenCalls(turns: Turn[]): void {
  for (let index = 0; index < turns.length; index++) {
    const turn = turns[index];
    if (turn?.role !== "assistant") continue;
    const calls = turn.blocks.filter((block) => block.type === "tool_use");
    if (calls.length === 0) continue;
    const next = turns[index + 1];
    const given = next?.role === "user" ? next.results : [];
    const results = calls.map(
      ({ id }) => given.find((result) => result.tool_use_id === id) ?? missingResult(id),
    );
    const others = given.filter((result) => !results.some((one) => sameCall(one, result)));
    if (next?.role === "user") next.results.splice(0, given.length, ...results, ...others);
    else turns.splice(index + 1, 0, { role: "user", results, said: [] });
  }
}

function sameCall(left: ToolResultBlockParam, right: ToolResultBlockParam): boolean {
  return left.tool_use_id === right.tool_use_id;
}

function missingResult(id: string): ToolResultBlockParam {
  return {
    type: "tool_result",
    tool_use_id: id,
    content: [{ type: "text", text: NO_RESULT }],
    is_error: true,
  };
}

function encodeTurn(turn: Turn): MessageParam {
  if (turn.role === "assistant") return { role: "assistant", content: turn.blocks };
  return { role: "user", content: [...turn.results, ...turn.said] };
}
