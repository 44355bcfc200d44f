import type { EffectGate, EffectRequest } from "../../cassette/gates.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { canonicalJson } from "../../model/canonical.ts";

/** Which effects a run may let happen, as opposed to having them answered from its cassette. */
type Allowance = (request: EffectRequest) => boolean;

/** Lets the effects of a run happen only where they are allowed, and collects those that did. */
export class EffectLog {
  readonly performed: EffectRequest[] = [];
  readonly #allows: Allowance;

  constructor(allows: Allowance) {
    this.#allows = allows;
  }

  /** A gate before another one. */
  around(inner: EffectGate): EffectGate {
    return {
      perform: (request, execute) =>
        inner.perform(request, async () => {
          if (!this.#allows(request)) throw notAllowed(request);
          this.performed.push(request);
          return execute();
        }),
      sample: (kind, callId, execute) => inner.sample(kind, callId, execute),
      answer: (request, decide) => inner.answer(request, decide),
    };
  }
}

/** Whether two effects are one and the same, whoever asks for them. */
export function isSameEffect(left: EffectRequest, right: EffectRequest): boolean {
  return left.tool === right.tool && canonicalJson(left.input) === canonicalJson(right.input);
}

function notAllowed({ tool, effect, callId }: EffectRequest): LlmDoError {
  return new LlmDoError({
    code: "cassette-miss",
    call: callId,
    cause: "not-recorded",
    differsAt: undefined,
    verb: "perform",
    what: tool,
    reason:
      effect === "external"
        ? "its effect is external, and here the case is run again and again"
        : "the case itself does not call it like this, and it has no workspace of its own",
    details: [`  call: ${callId}`],
    tries: [
      effect === "external"
        ? "record the effect, so that it is answered from the cassette: --mode record"
        : "give the case a folder to work in a copy of: workspace: FOLDER",
    ],
  });
}

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
    call,
    cause: "not-recorded",
    differsAt: undefined,
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
