import { generateText, isStepCount, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { z } from "zod";
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

/** The same conversation through the AI SDK and its own test double. */
serve(async ({ shape, repeats }: ConversationQuestion): Promise<TurnTimes> => {
  const said = conversation(shape);
  const startMs = performance.now();
  for (let at = 0; at < repeats; at++) await converse(said);
  return { turnMs: (performance.now() - startMs) / (shape.turnCount * repeats), openMs: 0 };
});

async function converse(said: Conversation): Promise<void> {
  const outputs = new Map(said.turns.map((turn) => [turn.toolInput.path, turn.toolOutput]));
  const readFile = tool({
    description: TOOL_DESCRIPTION,
    inputSchema: z.object({ path: z.string(), line: z.number() }),
    execute: async ({ path }) => outputs.get(path) ?? "",
  });
  const { text } = await generateText({
    model: modelOf(said),
    instructions: said.system,
    prompt: said.prompt,
    tools: { [TOOL_NAME]: readFile },
    stopWhen: isStepCount(said.turns.length + 1),
  });
  if (text !== said.lastAnswer) throw new Error("the conversation ended otherwise");
}

function modelOf({ turns, lastAnswer }: Conversation): MockLanguageModelV4 {
  let next = 0;
  return new MockLanguageModelV4({
    doGenerate: async () => {
      const turn = turns[next++];
      return {
        content: turn ? contentOf(turn) : [{ type: "text", text: lastAnswer }],
        finishReason: turn
          ? { unified: "tool-calls", raw: "tool_use" }
          : { unified: "stop", raw: "end_turn" },
        usage: usage(),
        warnings: [],
      };
    },
  });
}

function contentOf({ text, toolCallId, toolInput }: SaidTurn) {
  const input = JSON.stringify(toolInput);
  return [
    { type: "text" as const, text },
    { type: "tool-call" as const, toolCallId, toolName: TOOL_NAME, input },
  ];
}

function usage() {
  const { inputTokens, outputTokens } = USAGE;
  return {
    inputTokens: { total: inputTokens, noCache: inputTokens, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: outputTokens, text: outputTokens, reasoning: 0 },
  };
}
