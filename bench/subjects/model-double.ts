import { type Answer, answerEvents } from "../../src/model/answer.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { type Conversation, type SaidTurn, TOOL_NAME, USAGE } from "../conversation.ts";

/** A model that says its half of a conversation, once, whatever it is asked. */
export function modelDouble({ turns, lastAnswer }: Conversation): ModelTransport {
  let next = 0;
  return {
    async *stream() {
      if (next > turns.length) throw new Error("the conversation is over");
      const turn = turns[next++];
      yield* answerEvents(turn ? turnAnswer(turn) : endAnswer(lastAnswer));
    },
  };
}

function turnAnswer({ text, toolCallId, toolInput }: SaidTurn): Answer {
  return {
    parts: [
      { kind: "text", text },
      { kind: "tool-call", id: toolCallId, name: TOOL_NAME, input: { ...toolInput } },
    ],
    stop: "tool-calls",
    usage: USAGE,
    source: "live",
  };
}

export function endAnswer(text: string): Answer {
  return { parts: [{ kind: "text", text }], stop: "end", usage: USAGE, source: "live" };
}

/** Stands behind a replay, which never asks it. */
export const NO_MODEL: ModelTransport = {
  stream: () => {
    throw new Error("a replay asked a model");
  },
};
