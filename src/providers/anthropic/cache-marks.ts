import type {
  CacheControlEphemeral,
  ContentBlockParam,
  MessageCreateParams,
  MessageParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { CacheLifetime } from "../../model/transport.ts";

/**
 * Marks the beginnings of a prompt that the API should cache. It takes four marks, and they stand:
 *
 * - on the last tool and on the instructions, which all requests of a worker share;
 * - on the last block of the conversation, which the next request begins with;
 * - on the last block of the user's turn before, where the request before had its mark. The API looks
 *   back only 20 blocks from a mark for what it has cached, and one turn may have more.
 *
 * `docs/wire/anthropic.md` says where these rules come from.
 */
export function withCacheMarks<Body extends MessageCreateParams>(
  body: Body,
  lifetime: CacheLifetime,
): Body {
  // All marks last equally long: the API wants the longer ones first.
  const mark: CacheControlEphemeral =
    lifetime === "1h" ? { type: "ephemeral", ttl: "1h" } : { type: "ephemeral" };
  const { tools = [], system, messages } = body;
  return {
    ...body,
    ...(tools.length === 0 ? {} : { tools: withLast(tools, mark) }),
    ...(typeof system === "string"
      ? { system: [{ type: "text", text: system, cache_control: mark }] }
      : {}),
    messages: markMessages(messages, mark),
  };
}

function markMessages(
  messages: readonly MessageParam[],
  mark: CacheControlEphemeral,
): MessageParam[] {
  const marked = [...messages];
  const last = marked.length - 1;
  const before = messages.findLastIndex(({ role }, index) => role === "user" && index < last);
  for (const index of new Set([before, last])) {
    const message = marked[index];
    if (message !== undefined) marked[index] = markMessage(message, mark);
  }
  return marked;
}

function markMessage(message: MessageParam, mark: CacheControlEphemeral): MessageParam {
  if (message.role === "system" || typeof message.content === "string") return message;
  const { content } = message;
  const at = content.findLastIndex(takesMark);
  const block = content[at];
  if (block === undefined) return message;
  const marked = { ...block, cache_control: mark } as ContentBlockParam; // one that takes a mark
  return { ...message, content: content.with(at, marked) };
}

/** Thinking and empty texts take no mark; nor do blocks that this version does not know. */
function takesMark(block: ContentBlockParam): boolean {
  switch (block.type) {
    case "text":
      return block.text !== "";
    case "image":
    case "document":
    case "tool_use":
    case "tool_result":
    case "server_tool_use":
    case "web_search_tool_result":
    case "web_fetch_tool_result":
    case "code_execution_tool_result":
    case "bash_code_execution_tool_result":
    case "text_editor_code_execution_tool_result":
      return true;
    default:
      return false;
  }
}

function withLast<Tool extends object>(
  tools: readonly Tool[],
  mark: CacheControlEphemeral,
): Tool[] {
  const last = tools.at(-1);
  return last === undefined ? [] : [...tools.slice(0, -1), { ...last, cache_control: mark }];
}
