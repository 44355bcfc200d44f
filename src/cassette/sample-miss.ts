import { LlmDoError } from "../errors/llm-do-error.ts";
import { times } from "../words/counted.ts";
import { checkTries } from "./check-advice.ts";
import { effectKey } from "./effect-key.ts";
import type { SessionState } from "./session-state.ts";

/** The error for a reading of the clock or of randomness that no recording answers. */
export function sampleMiss(
  state: SessionState,
  kind: "now" | "random",
  callId: string,
): LlmDoError {
  const { book, options, tape } = state;
  book.effects.missed++;
  const count = tape.count(effectKey({ sample: kind, call: callId }));
  const reason =
    count === 0
      ? "nothing is recorded for it"
      : `it was recorded ${times(count)} and is called once more`;
  const isChecking = options.checking !== undefined;
  return new LlmDoError({
    code: "cassette-miss",
    what: `ctx.${kind}()`,
    ...(isChecking
      ? { verb: "record", reason: `its recording cannot be replayed: ${reason}` }
      : { verb: "replay", reason: `no recorded effect answers it: ${reason}` }),
    place: { file: options.path },
    details: [`  call: ${callId}`],
    tries: isChecking
      ? checkTries(undefined, state)
      : [
          options.rerecord ? `record anew: ${options.rerecord}` : "record anew with --mode record",
          "or let tools run in this replay: --tools live",
        ],
  });
}
