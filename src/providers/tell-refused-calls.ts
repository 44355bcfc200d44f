import type { AnswerPart, Message, ToolCallPart } from "../model/message.ts";
import type { ModelTransport } from "../model/transport.ts";
import { NO_USAGE } from "../model/usage.ts";
import { CallIds } from "./wire/call-ids.ts";
import { RefusedCallError } from "./wire/refused-call.ts";

/** How often in a row a model is told that the server refused its call. */
const MAX_TOLD = 2;

/**
 * A transport that hands a tool call that the server refused on as an invalid call, so that the model
 * learns what was wrong with it and calls again. What the server had passed on before stands. A model
 * that was told twice in a row is not told again: the error is thrown.
 */
export function tellRefusedCalls(inner: ModelTransport): ModelTransport {
  return {
    async *stream(request, options) {
      let given: AnswerPart[] = [];
      try {
        for await (const event of inner.stream(request, options)) {
          if (event.kind === "part") given.push(event.part);
          if (event.kind === "restart") given = [];
          yield event;
        }
      } catch (thrown) {
        const refused = thrown instanceof RefusedCallError ? thrown.call : undefined;
        if (refused === undefined || !mayTell(request.messages)) throw thrown;
        const { name, written, refusal } = refused;
        const ids = new CallIds([...request.messages, { kind: "assistant", parts: given }]);
        const call = { kind: "tool-call", id: ids.take(undefined), name, input: {} } as const;
        const part: ToolCallPart = { ...call, invalidInput: written, refusal };
        yield { kind: "part", part };
        yield { kind: "end", stop: "tool-calls", usage: NO_USAGE, source: "live" };
      }
    },
  };
}

function mayTell(messages: readonly Message[]): boolean {
  const answers = messages.filter((message) => message.kind === "assistant").reverse();
  const other = answers.findIndex(({ parts }) => !parts.some(isRefused));
  return (other < 0 ? answers.length : other) < MAX_TOLD;
}

function isRefused(part: AnswerPart): boolean {
  return part.kind === "tool-call" && part.refusal !== undefined;
}
