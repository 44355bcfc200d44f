import { hash } from "node:crypto";
import { LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { keyOfState } from "../model/key.ts";
import { type EffectGate, type EffectRequest, RecordedFailure } from "./effect-gate.ts";
import { rewriteStrings } from "./encode-entry.ts";
import type { EntryFields } from "./entry.ts";
import type { SessionState } from "./session-state.ts";

/** Gate 2's side of the cassette. */
export class CassetteEffects implements EffectGate {
  readonly #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
  }

  async perform(request: EffectRequest, execute: () => Promise<Json>): Promise<Json> {
    const { tape, book } = this.#state;
    const key = this.#key({ tool: request.tool, input: request.input });
    const recorded = tape.take(key, request.callId);
    const answered = this.#isAnswered(request.effect);
    if (recorded) book.effects.served++;
    if (answered && recorded) return this.#outcome(this.#fields(recorded.slice));
    if (answered && !this.#state.writer)
      throw this.#miss(request.tool, canonicalJson(request.input));
    if (recorded) return execute();
    return this.#live(request, key, execute);
  }

  sample(kind: "now" | "random", callId: string, execute: () => number): number {
    const { tape, book, writer } = this.#state;
    // A call reads its own clock, in its own order: calls that run at once do not share readings.
    const key = this.#key({ sample: kind, call: callId });
    const recorded = tape.take(key, callId);
    if (recorded && this.#isAnswered("external")) {
      book.effects.served++;
      const value = this.#fields(recorded.slice)["output"];
      if (typeof value === "number") return value;
      throw this.#state.file?.damage(recorded.slice, `entry ${key}: "output" is not a number`);
    }
    if (!writer && this.#isAnswered("external")) throw this.#miss(`ctx.${kind}()`, `in ${callId}`);
    const value = execute();
    book.effects.live++;
    writer?.append({
      effect: key,
      call: callId,
      sampled: kind,
      output: value,
      timing: { totalMs: 0 },
    });
    return value;
  }

  /** Whether effects of this kind are answered from the cassette rather than performed. */
  #isAnswered(effect: "local" | "external"): boolean {
    const { tools } = this.#state.options;
    if (tools === "live") return false;
    return tools === "recorded" || effect === "external";
  }

  async #live(request: EffectRequest, key: string, execute: () => Promise<Json>): Promise<Json> {
    const { book, writer } = this.#state;
    const { clock } = this.#state.options.host;
    book.effects.live++;
    const startMs = clock.monotonicMs();
    const outcome = await settle(execute);
    const timing = { totalMs: Math.round(clock.monotonicMs() - startMs) };
    // The program itself broke off: that is not what the tool answers.
    if (outcome.kind === "failed" && outcome.error instanceof LlmDoError) throw outcome.error;
    const said: EntryFields =
      outcome.kind === "done" ? { output: outcome.value } : { error: messageOf(outcome.error) };
    const { tool, input, callId, effect } = request;
    const fields: EntryFields = { effect: key, call: callId, tool, kind: effect, input, ...said };
    writer?.append({ ...this.#redacted(fields), timing });
    if (outcome.kind === "failed") throw outcome.error;
    return outcome.value;
  }

  #outcome(fields: JsonObject): Json {
    const error = fields["error"];
    if (typeof error === "string") throw new RecordedFailure(error);
    return fields["output"] ?? null;
  }

  #fields(slice: Parameters<NonNullable<SessionState["file"]>["fields"]>[0]): JsonObject {
    const { file } = this.#state;
    if (!file) throw new TypeError("a tape entry without a file");
    return file.fields(slice);
  }

  #redacted(fields: EntryFields): EntryFields {
    const { redact } = this.#state;
    if (!redact) return fields;
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value === undefined ? value : rewriteStrings(value, redact),
      ]),
    );
  }

  #key(effect: JsonObject): string {
    return effectKey(effect, this.#state.rewriteRequest);
  }

  #miss(what: string, detail: string): LlmDoError {
    const { book, options } = this.#state;
    book.effects.missed++;
    return new LlmDoError({
      code: "cassette-miss",
      verb: "replay",
      what,
      reason: `no recorded effect answers it in ${options.path}`,
      details: [`  asked: ${detail}`],
      tries: [
        options.rerecord ? `record anew: ${options.rerecord}` : "record anew with --mode record",
        "or let tools run in this replay: --tools live",
      ],
    });
  }
}

/** The key of an effect: what was asked, whoever asked. */
export function effectKey(effect: JsonObject, rewrite?: (text: string) => string): string {
  return keyOfState(hash("sha256", `llm-do effect 1\n${canonicalJson(effect, rewrite)}`));
}

type Outcome = { kind: "done"; value: Json } | { kind: "failed"; error: unknown };

async function settle(execute: () => Promise<Json>): Promise<Outcome> {
  try {
    return { kind: "done", value: await execute() };
  } catch (error) {
    return { kind: "failed", error };
  }
}
