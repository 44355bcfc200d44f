import Anthropic from "@anthropic-ai/sdk";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import {
  type Conversation,
  conversation,
  type SaidTurn,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  USAGE,
} from "../conversation.ts";
import { serve } from "../serve.ts";
import type { ConversationQuestion, TurnTimes } from "../turn-times.ts";

const MODEL = "claude-haiku-4-5";

const answers: object[] = [];
const server = setupServer(
  http.post("https://api.anthropic.com/v1/messages", () => HttpResponse.json(answers.shift())),
);
server.listen({ onUnhandledFrame: "error" });
const client = new Anthropic({ apiKey: "not-a-key", maxRetries: 0 });

/** The same conversation through a hand-written loop over the Anthropic SDK, answered by msw. */
serve(async ({ shape, repeats }: ConversationQuestion): Promise<TurnTimes> => {
  const said = conversation(shape);
  const startMs = performance.now();
  for (let at = 0; at < repeats; at++) await converse(said);
  return { turnMs: (performance.now() - startMs) / (shape.turnCount * repeats), openMs: 0 };
});

async function converse(said: Conversation): Promise<void> {
  const { system, prompt, turns, lastAnswer } = said;
  answers.push(...turns.map(turnAnswer), answer([{ type: "text", text: lastAnswer }], "end_turn"));
  const outputs = new Map(turns.map((turn) => [turn.toolInput.path, turn.toolOutput]));
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: prompt }];
  for (;;) {
    const message = await client.messages.create({
      model: MODEL,
      max_tokens: 1024,
      system,
      tools: [TOOL],
      messages,
    });
    const call = message.content.find((block) => block.type === "tool_use");
    if (!call) break;
    messages.push({ role: "assistant", content: message.content });
    const { path } = call.input as { path: string }; // as the conversation has it
    const content = outputs.get(path) ?? "";
    messages.push({
      role: "user",
      content: [{ type: "tool_result", tool_use_id: call.id, content }],
    });
  }
  if (messages.length !== 2 * turns.length + 1) throw new Error("the conversation ended otherwise");
}

const TOOL: Anthropic.Tool = {
  name: TOOL_NAME,
  description: TOOL_DESCRIPTION,
  input_schema: {
    type: "object",
    properties: { path: { type: "string" }, line: { type: "number" } },
    required: ["path", "line"],
  },
};

function turnAnswer({ text, toolCallId, toolInput }: SaidTurn): object {
  const call = { type: "tool_use", id: toolCallId, name: TOOL_NAME, input: toolInput };
  return answer([{ type: "text", text }, call], "tool_use");
}

function answer(content: readonly object[], stopReason: string): object {
  const usage = { input_tokens: USAGE.inputTokens, output_tokens: USAGE.outputTokens };
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: MODEL,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage,
  };
}
