import { LlmDoError } from "../../errors/llm-do-error.ts";
import { times } from "../../words/counted.ts";
import { liveTools, recordAnew } from "../advice.ts";
import { effectKey } from "../file/gate-entries.ts";
import { PlaceholderFinder } from "../rules/placeholder-guard.ts";
import { type CassetteRules, describeRule } from "../rules/rules.ts";
import type { SessionState } from "../state/session-state.ts";
import type { VolatileKind } from "./explain-change.ts";

/**
 * What a person can do about a text that is another one each time a program runs, so that its
 * recording cannot be replayed.
 *
 * @param kind what kind of text it is, where that is known
 */
export function checkTries(
  kind: VolatileKind | undefined,
  { options, file }: Pick<SessionState, "options" | "file">,
): readonly string[] {
  if (!kind) {
    return [
      ...placeholderTries(options.rules, file?.text ?? ""),
      "let code read the clock and randomness by ctx.now() and ctx.random(), which are recorded",
      "or add a rule for the text to llm-do.yaml: volatile: ['PATTERN']",
    ];
  }
  const rule = `add it to llm-do.yaml: volatile: ['${kind.pattern}']`;
  if (/date|time/.test(kind.name)) {
    return ["let code read the clock by ctx.now(), which is recorded", `or ${rule}`];
  }
  if (kind.name === "an id" || kind.name === "a random number") {
    return ["let code draw it by ctx.random(), which is recorded", `or ${rule}`];
  }
  return [rule];
}

/** A number in JSON, or digits that stand for others. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** Where code or a schema reads what stands for a redacted value, it finds something else. */
function placeholderTries(rules: CassetteRules | undefined, text: string): readonly string[] {
  const found = new PlaceholderFinder(rules?.redact ?? []).find(text);
  const byText = new Map(found.map((placeholder) => [placeholder.text, placeholder.rule]));
  return [...byText].map(([placeholder, rule]) => {
    const typed = NUMBER.test(placeholder) ? "number: NUMBER" : "replacement: TEXT";
    return `if code or a schema reads ${JSON.stringify(placeholder)}: put what fits in its place, in ${describeRule(rule)} under redact in llm-do.yaml: ${typed}`;
  });
}

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
    call: callId,
    cause: count === 0 ? "not-recorded" : "asked-again",
    differsAt: undefined,
    what: `ctx.${kind}()`,
    ...(isChecking
      ? { verb: "record", reason: `its recording cannot be replayed: ${reason}` }
      : { verb: "replay", reason: `no recorded effect answers it: ${reason}` }),
    place: { file: options.path },
    details: [`  call: ${callId}`],
    tries: isChecking
      ? checkTries(undefined, state)
      : [recordAnew(options.rerecord), liveTools("or let tools run in this replay")],
  });
}
