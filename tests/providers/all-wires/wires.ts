import type { JsonObject } from "../../../src/model/json.ts";

/** A call as a server sends it; arguments are a text unless the wire's own form is an object. */
export interface SentCall {
  readonly id?: string;
  readonly name: string;
  readonly arguments: string;
}

/** What a server says in one answer. */
export interface Said {
  readonly thinking?: string;
  readonly text?: string;
  readonly calls?: readonly SentCall[];
  /** The wire's own word; absent: its word for an answer that ended well. */
  readonly stop?: string;
  /** The model that answers, as the server names it. */
  readonly model?: string;
}

/** How one wire says an answer, as a stream or as one document. */
export interface SpokenWire {
  readonly name: "anthropic" | "openai-chat" | "openai-responses";
  readonly model: string;
  /** The wire's word for a stop at the token limit. */
  readonly limit: string;
  /** The events of a stream, each with its line breaks. */
  events(said: Said): readonly string[];
  document(said: Said): JsonObject;
}

const sse = (data: object | string, name?: string): string =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

function pieces(text: string): string[] {
  return text === "" ? [""] : (text.match(/[\s\S]{1,4}/gu) ?? []);
}

export const ANTHROPIC: SpokenWire = {
  name: "anthropic",
  model: "anthropic:claude-haiku-4-5",
  limit: "max_tokens",
  events(said) {
    const blocks = anthropicBlocks(said);
    const event = (type: string, fields: object) => sse({ type, ...fields }, type);
    const usage = { input_tokens: 5, output_tokens: 1 };
    return [
      event("message_start", {
        message: { role: "assistant", content: [], usage, ...modelOf(said) },
      }),
      ...blocks.flatMap(({ begin, deltas }, index) => [
        event("content_block_start", { index, content_block: begin }),
        ...deltas.map((delta) => event("content_block_delta", { index, delta })),
        event("content_block_stop", { index }),
      ]),
      event("message_delta", { delta: { stop_reason: anthropicStop(said) }, usage }),
      event("message_stop", {}),
    ];
  },
  document: (said) => ({
    type: "message",
    ...modelOf(said),
    role: "assistant",
    content: anthropicBlocks(said).map(({ whole }) => whole),
    stop_reason: anthropicStop(said),
    usage: { input_tokens: 5, output_tokens: 1 },
  }),
};

function modelOf({ model }: Said): { readonly model?: string } {
  return model === undefined ? {} : { model };
}

function anthropicStop({ stop, calls = [] }: Said): string {
  return stop ?? (calls.length > 0 ? "tool_use" : "end_turn");
}

interface Block {
  readonly begin: JsonObject;
  readonly deltas: readonly JsonObject[];
  readonly whole: JsonObject;
}

function anthropicBlocks({ thinking, text, calls = [] }: Said): Block[] {
  const blocks: Block[] = [];
  if (thinking !== undefined) {
    blocks.push({
      begin: { type: "thinking", thinking: "" },
      deltas: pieces(thinking).map((piece) => ({ type: "thinking_delta", thinking: piece })),
      whole: { type: "thinking", thinking },
    });
  }
  if (text !== undefined) {
    blocks.push({
      begin: { type: "text", text: "" },
      deltas: pieces(text).map((piece) => ({ type: "text_delta", text: piece })),
      whole: { type: "text", text },
    });
  }
  for (const call of calls) {
    const own = {
      type: "tool_use",
      name: call.name,
      ...(call.id === undefined ? {} : { id: call.id }),
    };
    const deltas = pieces(call.arguments).map((piece) => ({
      type: "input_json_delta",
      partial_json: piece,
    }));
    // A document holds the input itself; what is no JSON comes as the text that it is.
    blocks.push({
      begin: { ...own, input: {} },
      deltas,
      whole: { ...own, input: call.arguments === "" ? {} : inputOf(call.arguments) },
    });
  }
  return blocks;
}

function inputOf(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const CHAT: SpokenWire = {
  name: "openai-chat",
  model: "openai-chat:m",
  limit: "length",
  events(said) {
    const { thinking, text, calls = [] } = said;
    const chunk = (delta: object, finish_reason: string | null = null) =>
      sse({
        object: "chat.completion.chunk",
        ...modelOf(said),
        choices: [{ index: 0, delta, finish_reason }],
      });
    return [
      chunk({ role: "assistant" }),
      ...(thinking === undefined
        ? []
        : pieces(thinking).map((p) => chunk({ reasoning_content: p }))),
      ...(text === undefined ? [] : pieces(text).map((piece) => chunk({ content: piece }))),
      ...calls.flatMap((call, index) => {
        const { id, name, arguments: sent } = call;
        const first = { index, type: "function", ...(id === undefined ? {} : { id }) };
        return [
          chunk({ tool_calls: [{ ...first, function: { name, arguments: "" } }] }),
          ...pieces(sent).map((piece) =>
            chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
          ),
        ];
      }),
      chunk({}, chatStop(said)),
      sse("[DONE]"),
    ];
  },
  document(said) {
    const { thinking, text, calls = [] } = said;
    const message = {
      role: "assistant",
      content: text ?? null,
      ...(thinking === undefined ? {} : { reasoning_content: thinking }),
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(({ id, name, arguments: sent }) => ({
              type: "function",
              ...(id === undefined ? {} : { id }),
              function: { name, arguments: sent },
            })),
          }),
    };
    return {
      object: "chat.completion",
      ...modelOf(said),
      choices: [{ index: 0, message, finish_reason: chatStop(said) }],
    };
  },
};

function chatStop({ stop, calls = [] }: Said): string {
  return stop ?? (calls.length > 0 ? "tool_calls" : "stop");
}

export const RESPONSES: SpokenWire = {
  name: "openai-responses",
  model: "openai:gpt-4.1",
  limit: "max_output_tokens",
  events(said) {
    const response = responseOf(said);
    const output = response["output"] as readonly JsonObject[]; // made below
    const event = (type: string, fields: object) => sse({ type, ...fields }, type);
    return [
      event("response.created", { response: { status: "in_progress", output: [] } }),
      ...output.flatMap((item, output_index) => [
        event("response.output_item.added", { output_index, item: { ...item, arguments: "" } }),
        ...deltasOf(item).map((fields) => event(fields.type, { output_index, ...fields })),
        event("response.output_item.done", { output_index, item }),
      ]),
      event(response["status"] === "incomplete" ? "response.incomplete" : "response.completed", {
        response,
      }),
    ];
  },
  document: responseOf,
};

function deltasOf(item: JsonObject): { readonly type: string; readonly [key: string]: unknown }[] {
  if (item["type"] === "function_call") {
    return pieces(String(item["arguments"])).map((delta) => ({
      type: "response.function_call_arguments.delta",
      delta,
    }));
  }
  const isMessage = item["type"] === "message";
  const [piece] = item[isMessage ? "content" : "summary"] as readonly { readonly text: string }[];
  const type = isMessage ? "response.output_text.delta" : "response.reasoning_summary_text.delta";
  return pieces(piece?.text ?? "").map((delta) => ({ type, content_index: 0, delta }));
}

function responseOf(said: Said): JsonObject {
  const { thinking, text, calls = [], stop } = said;
  const output: JsonObject[] = [];
  if (thinking !== undefined) {
    output.push({
      type: "reasoning",
      id: "rs_1",
      summary: [{ type: "summary_text", text: thinking }],
    });
  }
  if (text !== undefined) {
    const content = [{ type: "output_text", text, annotations: [] }];
    output.push({ type: "message", id: "msg_1", role: "assistant", status: "completed", content });
  }
  for (const [index, { id, name, arguments: sent }] of calls.entries()) {
    const own = { type: "function_call", id: `fc_${index}`, status: "completed" };
    output.push({ ...own, ...(id === undefined ? {} : { call_id: id }), name, arguments: sent });
  }
  const isIncomplete = stop !== undefined && stop !== "completed";
  return {
    object: "response",
    ...modelOf(said),
    status: isIncomplete ? "incomplete" : "completed",
    ...(isIncomplete ? { incomplete_details: { reason: stop } } : {}),
    output,
    usage: { input_tokens: 5, output_tokens: 1 },
  };
}

export const WIRES: readonly SpokenWire[] = [ANTHROPIC, CHAT, RESPONSES];
