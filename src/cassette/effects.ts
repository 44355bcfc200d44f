import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { Json, JsonObject } from "../model/json.ts";
import { answeredFields, lateAnswer } from "./answered.ts";
import {
  type Answered,
  type AnswerRequest,
  type EffectGate,
  type EffectRequest,
  RecordedFailure,
  type SettledAnswer,
} from "./effect-gate.ts";
import { effectKey } from "./effect-key.ts";
import type { EffectMiss } from "./effect-miss.ts";
import type { EntryFields } from "./entry.ts";
import type { AskedEffect } from "./miss-answers.ts";
import { rewriteJson } from "./rewrite-request.ts";
import { sampleMiss } from "./sample-miss.ts";
import type { SessionState } from "./session-state.ts";
import type { TapeEntry } from "./tape.ts";

/** Gate 2's side of the cassette. */
export class CassetteEffects implements EffectGate {
  readonly #state: SessionState;
  #lastSample: { readonly sample: string; readonly call: string; readonly key: string } | undefined;

  constructor(state: SessionState) {
    this.#state = state;
  }

  async perform(request: EffectRequest, execute: () => Promise<Json>): Promise<Json> {
    const { tape, book, writer } = this.#state;
    const asked = this.#rewritten({ tool: request.tool, input: request.input });
    const key = effectKey(asked);
    const recorded = tape.take(key, request.callId);
    const isAnswered = this.#isAnswered(request.effect);
    if (isAnswered && recorded) return this.#outcome(recorded);
    if (!writer && !recorded) {
      const miss = { asked, key, what: request.tool, call: request.callId };
      const instead = this.#instead(miss, !isAnswered);
      if (isAnswered) return this.#outcome(instead ?? (await this.#unanswered(miss)));
    }
    book.effects.live++;
    // What is recorded already is not recorded again each time that it happens.
    if (recorded || !writer) return execute();
    const { callId: call, effect: kind } = request;
    return this.#record(
      { effect: key, ...this.#sample, call, tool: asked["tool"], kind, input: asked["input"] },
      execute,
    );
  }

  sample(kind: "now" | "random", callId: string, execute: () => number): number {
    const { tape, book, writer } = this.#state;
    // A call reads its own clock, in its own order: calls that run at once do not share readings.
    const asked = { sample: kind, call: callId };
    const key = this.#sampleKey(asked);
    const recorded = tape.take(key, callId);
    if (this.#isAnswered("external")) {
      if (recorded) return this.#sampled(recorded);
      const instead = writer ? undefined : this.#instead({ asked, key, call: callId }, false);
      if (instead) return this.#sampled(instead);
      if (!writer && !this.#state.options.misses) throw sampleMiss(this.#state, kind, callId);
    }
    const value = execute();
    book.effects.live++;
    if (recorded) return value;
    const timing = { totalMs: 0 };
    const said = { call: callId, sampled: kind, output: value, timing };
    writer?.append({ effect: key, ...this.#sample, ...said });
    return value;
  }

  /** A call may read its clock thousands of times, always under one key. */
  #sampleKey(asked: { readonly sample: "now" | "random"; readonly call: string }): string {
    const known = this.#lastSample;
    if (known?.sample === asked.sample && known.call === asked.call) return known.key;
    const key = effectKey(asked);
    this.#lastSample = { ...asked, key };
    return key;
  }

  async answer(request: AnswerRequest, decide: () => Promise<Answered>): Promise<SettledAnswer> {
    const { tape, book, writer, rewrites } = this.#state;
    const asked = this.#rewritten({ answered: request.function, input: request.input });
    const key = effectKey(asked);
    const recorded = tape.take(key, request.callId);
    const late = recorded && this.#isAnswered("external") && lateAnswer(this.#fields(recorded));
    if (late) {
      book.effects.served++;
      return { answered: late, isNew: false };
    }
    const { clock } = this.#state.options.host;
    const startMs = clock.monotonicMs();
    const answered = await decide();
    book.effects.live++;
    if (recorded || !writer) return { answered, isNew: false };
    const timing = { totalMs: Math.round(clock.monotonicMs() - startMs) };
    const { callId: call, mode } = request;
    const said = answeredFields(answered);
    const kept = rewrites.redact ? rewriteValues(said, rewrites.redact) : said;
    const whole = { effect: key, ...this.#sample, call, answered: asked["answered"], mode };
    writer.append({ ...whole, input: asked["input"], ...kept, timing });
    return { answered, isNew: true };
  }

  /** Which of several runs an entry is of, where it is not the first. */
  get #sample(): { readonly sample?: number } {
    const { runNumber } = this.#state;
    return runNumber > 1 ? { sample: runNumber } : {};
  }

  /** Whether effects of this kind are answered from the cassette rather than performed. */
  #isAnswered(effect: "local" | "external"): boolean {
    const { tools, misses } = this.#state.options;
    // Who only looks what is on record does not let the world be touched for it.
    if (tools === "live" && !misses) return false;
    return tools === "recorded" || effect === "external";
  }

  async #record(asked: EntryFields, execute: () => Promise<Json>): Promise<Json> {
    const { writer, rewrites } = this.#state;
    const { clock } = this.#state.options.host;
    // A mail that was sent and could not be written down would be sent again.
    writer?.prepare(asked);
    const startMs = clock.monotonicMs();
    const outcome = await settle(execute);
    const timing = { totalMs: Math.round(clock.monotonicMs() - startMs) };
    // The program itself broke off: that is not what the tool answers.
    if (outcome.kind === "failed" && outcome.error instanceof LlmDoError) throw outcome.error;
    const said: JsonObject =
      outcome.kind === "done" ? { output: outcome.value } : { error: messageOf(outcome.error) };
    const { redact } = rewrites;
    const answered = redact ? rewriteValues(said, redact) : said;
    writer?.append({ ...asked, ...answered, timing }, undefined, asked);
    if (outcome.kind === "failed") throw outcome.error;
    return outcome.value;
  }

  /** What answers in the place of a recording, where something does. */
  #instead(miss: AskedEffect, isPerformed: boolean): TapeEntry | undefined {
    return this.#state.options.misses?.effect(miss, isPerformed);
  }

  /** @throws always: what ends the run, or what its caller is told where misses are answered */
  async #unanswered(miss: EffectMiss): Promise<never> {
    if (this.#state.options.misses) throw new RecordedFailure("no recording answers this call");
    const { effectMiss } = await import("./effect-miss.ts"); // compares texts, which a hit need not
    throw effectMiss(this.#state, miss);
  }

  #outcome(recorded: TapeEntry): Json {
    const { restore } = this.#state.rewrites;
    const fields = this.#served(recorded);
    const { output, error } = restore ? rewriteValues(fields, restore) : fields;
    if (typeof error === "string") throw new RecordedFailure(error);
    if (output !== undefined) return output;
    throw this.#damage(recorded, 'it has no "output" and no "error"');
  }

  #sampled(recorded: TapeEntry): number {
    const value = this.#served(recorded)["output"];
    if (typeof value === "number") return value;
    throw this.#damage(recorded, '"output" is not a number');
  }

  #served(recorded: TapeEntry): JsonObject {
    this.#state.book.effects.served++;
    return this.#fields(recorded);
  }

  #fields({ slice }: TapeEntry): JsonObject {
    const { file } = this.#state;
    if (!file) throw new TypeError("a tape entry without a file");
    return file.fields(slice);
  }

  #damage({ slice }: TapeEntry, problem: string): LlmDoError | undefined {
    return this.#state.file?.damage(slice, `entry ${slice.key} is malformed: ${problem}`);
  }

  #rewritten(asked: JsonObject): JsonObject {
    const { request } = this.#state.rewrites;
    return request ? rewriteValues(asked, request) : asked;
  }
}

/** The fields with what stands in them rewritten; their names are the format's own. */
function rewriteValues(fields: JsonObject, rewrite: (text: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, rewriteJson(value, rewrite)]),
  );
}

type Outcome = { kind: "done"; value: Json } | { kind: "failed"; error: unknown };

async function settle(execute: () => Promise<Json>): Promise<Outcome> {
  try {
    return { kind: "done", value: await execute() };
  } catch (error) {
    return { kind: "failed", error };
  }
}
