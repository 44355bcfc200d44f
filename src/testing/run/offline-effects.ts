import type { EffectGate } from "../../cassette/gates.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";

/** A gate before another one that lets nothing happen outside, whatever a case or its cassette say. */
export function offlineEffects(inner: EffectGate): EffectGate {
  return {
    perform: (request, execute) =>
      inner.perform(request, async () => {
        if (request.effect === "external") throw outsideTouched(request.tool, request.callId);
        return execute();
      }),
    sample: (kind, callId, execute) => inner.sample(kind, callId, execute),
    answer: (request, decide) => inner.answer(request, decide),
  };
}

function outsideTouched(tool: string, call: string): LlmDoError {
  return new LlmDoError({
    code: "cassette-miss",
    verb: "perform",
    what: tool,
    reason: "no recording answers its external effect, and here nothing outside is touched",
    details: [`  call: ${call}`],
    tries: [
      "record it: llm-do test --mode record",
      "if the case says tools: live, remove that: recordings do not answer there",
    ],
  });
}
