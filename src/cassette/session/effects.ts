import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { EntryFields } from "../file/format.ts";
import { answeredCall, answeredFields, effectKey } from "../file/gate-entries.ts";
import {
  type Answered,
  type AnswerRecord,
  type AnswerRequest,
  type EffectGate,
  type EffectRequest,
  RecordedFailure,
  type SettledAnswer,
} from "../gates.ts";
import type { EffectMiss } from "../miss/effect-miss.ts";
import { sampleMiss } from "../miss/unrepeatable.ts";
import type { TapeEntry } from "../read/tape.ts";
import type { SessionState } from "../state/session-state.ts";
import { type AskedEffect, BY_CASE, type EffectAnswer } from "../state/stand-ins.ts";
import {
  countPerformed,
  isFact,
  isGuarded,
  isSameResult,
  isServed,
  mayHappen,
  outcomeOf,
  SampleKeys,
} from "./effect-policy.ts";
import { copyEffect, EarlierRuns, putEffectAgain, rewriteValues } from "./repeated-effects.ts";

/** A tool call with its key. */
interface AskedCall {
  readonly request: EffectRequest;
  /** As the project's rules leave it. */
  readonly asked: JsonObject;
  readonly key: string;
}

type GivenAnswer = Exclude<EffectAnswer, { kind: "live" }>;

/** Gate 2's side of the cassette. */
export class CassetteEffects implements EffectGate {
  readonly #state: SessionState;
  readonly #earlier: EarlierRuns;
  readonly #sampleKeys = new SampleKeys();

  constructor(state: SessionState) {
    this.#state = state;
    this.#earlier = new EarlierRuns(state);
  }

  async perform(request: EffectRequest, execute: () => Promise<Json>): Promise<Json> {
    const asked = this.#rewritten({ tool: request.tool, input: request.input });
    const known: AskedCall = { request, asked, key: effectKey(asked) };
    return this.#state.writer ? this.#recording(known, execute) : this.#replayed(known, execute);
  }

  async #replayed({ request, asked, key }: AskedCall, execute: () => Promise<Json>) {
    const { book } = this.#state;
    const recorded = this.#take(key, request.callId);
    const isAnswered = this.#isAnswered(request.effect);
    if (isAnswered && recorded) return this.#outcome(recorded);
    if (!recorded) {
      const miss = { asked, key, what: request.tool, call: request.callId };
      const instead = this.#instead(miss, !isAnswered);
      if (isAnswered) return this.#outcome(instead ?? (await this.#unanswered(miss)));
    }
    this.#state.guard.checkEffect(request);
    book.effects.live++;
    return execute();
  }

  async #recording(known: AskedCall, execute: () => Promise<Json>): Promise<Json> {
    const { book, replaces, options, guard, calls } = this.#state;
    const { request, asked, key } = known;
    const { callId: call, tool, effect: kind } = request;
    const { tool: name, input } = asked;
    const said = { call: calls.written(call), tool: name, kind, input };
    const entry = { effect: key, ...this.#sample, ...said };
    const given = options.effects?.byName.get(tool);
    const recorded = this.#take(key, call);
    if (given && given.kind !== "live") return this.#given(entry, given, recorded);
    if (recorded && isServed(this.#state, recorded, { kind, given })) {
      copyEffect(this.#state, recorded, entry);
      return this.#outcome(recorded);
    }
    if (!recorded && isGuarded(this.#state, kind, given)) {
      const before = this.#earlier.take(key);
      if (before) return this.#repeated(entry, before);
      if (!mayHappen(this.#state, tool)) {
        const { effectRefused } = await import("../miss/effect-miss.ts"); // as for a miss
        throw effectRefused(this.#state, { asked, what: tool, call });
      }
    }
    guard.checkEffect(request);
    book.effects.live++;
    if (kind === "external") countPerformed(this.#state, tool);
    // What is recorded already is not recorded again each time that it happens.
    if (recorded && !replaces) return execute();
    return this.#record(entry, recorded, execute);
  }

  sample(kind: "now" | "random", callId: string, execute: () => number): number {
    const { tape, book, writer, replaces, options, calls } = this.#state;
    // A call reads its own clock, in its own order: calls that run at once do not share readings.
    const call = calls.written(callId);
    const asked = { sample: kind, call };
    const key = this.#sampleKeys.keyOf(asked);
    const recorded = tape.take(key, call) ?? this.#readingOfRun(kind, callId, key);
    if (this.#isAnswered("external")) {
      if (recorded) {
        const entry = { effect: key, ...this.#sample, call, sampled: kind };
        copyEffect(this.#state, recorded, entry);
        return this.#sampled(recorded);
      }
      const instead = writer ? undefined : this.#instead({ asked, key, call: callId }, false);
      if (instead) return this.#sampled(instead);
      if (!writer && !options.misses) throw sampleMiss(this.#state, kind, callId);
    }
    const value = execute();
    book.effects.live++;
    if (recorded && !replaces) return value;
    const timing = { totalMs: 0 };
    const said = { call, sampled: kind, output: value, timing };
    writer?.append({ effect: key, ...this.#sample, ...said });
    return value;
  }

  /** The same reading under the other of the two names that a call of a shared cassette has. */
  #readingOfRun(kind: "now" | "random", callId: string, asked: string): TapeEntry | undefined {
    const { tape, calls } = this.#state;
    const own = calls.own(callId);
    if (own === callId || tape.entries.length === 0) return undefined;
    for (const call of [own, callId]) {
      const key = effectKey({ sample: kind, call });
      const found = key === asked ? undefined : tape.take(key, call);
      if (found) return found;
    }
    return undefined;
  }

  async answer(
    request: AnswerRequest,
    decide: (record: AnswerRecord) => Promise<Answered>,
  ): Promise<SettledAnswer> {
    const { book, writer, rewrites, replaces, options, calls } = this.#state;
    const asked = this.#rewritten({ answered: request.function, input: request.input });
    const key = effectKey(asked);
    const recorded = this.#take(key, request.callId);
    const { mode } = request;
    const call = calls.written(request.callId);
    const whole = { effect: key, ...this.#sample, call, answered: asked["answered"], mode };
    const entry = { ...whole, input: asked["input"] };
    const isServed = this.#isAnswered("external") && options.mode !== "record";
    const before = recorded && isServed ? answeredCall(this.#fields(recorded)) : undefined;
    if (recorded && before && isFact(before.answered)) {
      book.effects.served++;
      copyEffect(this.#state, recorded, entry);
      return { answered: before.answered, isNew: false };
    }
    const { clock } = options.host;
    const startMs = clock.monotonicMs();
    const isNew = writer !== undefined && recorded === undefined;
    const answered = await decide({ before, isNew, isReplay: writer === undefined });
    book.effects.live++;
    if (!writer || (recorded && !replaces)) return { answered, isNew };
    const timing = { totalMs: Math.round(clock.monotonicMs() - startMs) };
    const said = answeredFields(answered);
    const kept = rewrites.redact ? rewriteValues(said, rewrites.redact) : said;
    if (recorded) putEffectAgain(this.#state, recorded, { entry, said: { ...kept, timing } });
    else writer.append({ ...entry, ...kept, timing });
    return { answered, isNew };
  }

  #take(key: string, call: string): TapeEntry | undefined {
    const { tape, later, calls } = this.#state;
    return tape.take(key, call, calls.own(call)) ?? later.take(key, call);
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

  /** Writes down what a call answers, unless the old recording says the very same. */
  async #record(
    asked: EntryFields,
    recorded: TapeEntry | undefined,
    execute: () => Promise<Json>,
  ): Promise<Json> {
    const { writer, rewrites } = this.#state;
    const { clock } = this.#state.options.host;
    // A mail that was sent and could not be written down would be sent again.
    if (!recorded) writer?.prepare(asked);
    const startMs = clock.monotonicMs();
    const outcome = await outcomeOf(execute);
    const timing = { totalMs: Math.round(clock.monotonicMs() - startMs) };
    // The program itself broke off: that is not what the tool answers.
    if (outcome.kind === "failed" && outcome.error instanceof LlmDoError) throw outcome.error;
    const said: JsonObject =
      outcome.kind === "done" ? { output: outcome.value } : { error: messageOf(outcome.error) };
    const { redact } = rewrites;
    const answered = redact ? rewriteValues(said, redact) : said;
    if (recorded)
      putEffectAgain(this.#state, recorded, { entry: asked, said: { ...answered, timing } });
    else writer?.append({ ...asked, ...answered, timing }, undefined, asked);
    this.#earlier.add(asked, said);
    if (outcome.kind === "failed") throw outcome.error;
    return outcome.value;
  }

  /** What the case says that a call answers. */
  #given(entry: EntryFields, given: GivenAnswer, recorded: TapeEntry | undefined): Json {
    const { book, writer, rewrites } = this.#state;
    const answer = given.kind === "output" ? { output: given.output } : { error: given.error };
    const said = rewrites.redact ? rewriteValues(answer, rewrites.redact) : answer;
    const fields = { by: BY_CASE, ...said, timing: { totalMs: 0 } };
    const before = recorded && this.#fields(recorded);
    const isSame = before && before["by"] === BY_CASE && isSameResult(before, said);
    book.effects.live++;
    if (recorded && isSame) putEffectAgain(this.#state, recorded, { entry, said: fields });
    else writer?.append({ ...entry, ...fields });
    if (given.kind === "error") throw new RecordedFailure(given.error);
    return given.output;
  }

  /** Answers a later run of a session as the first one was answered. */
  #repeated(entry: EntryFields, said: JsonObject): Json {
    const { book, writer, rewrites } = this.#state;
    book.effects.served++;
    const kept = rewrites.redact ? rewriteValues(said, rewrites.redact) : said;
    writer?.append({ ...entry, ...kept, timing: { totalMs: 0 } });
    return this.#result(said) ?? null;
  }

  /** What answers in the place of a recording, where something does. */
  #instead(miss: AskedEffect, isPerformed: boolean): TapeEntry | undefined {
    return this.#state.options.misses?.effect(miss, isPerformed);
  }

  /** @throws always: what ends the run, or what its caller is told where misses are answered */
  async #unanswered(miss: EffectMiss): Promise<never> {
    if (this.#state.options.misses) throw new RecordedFailure("no recording answers this call");
    const { effectMiss } = await import("../miss/effect-miss.ts"); // compares texts, which a hit need not
    throw effectMiss(this.#state, miss);
  }

  #outcome(recorded: TapeEntry): Json {
    const fields = this.#served(recorded);
    const { tool, output: given = null, error = null } = fields;
    this.#state.guard.served({ output: given, error }, typeof tool === "string" ? tool : "");
    const output = this.#result(fields);
    if (output !== undefined) return output;
    throw this.#damage(recorded, 'it has no "output" and no "error"');
  }

  /** What a recorded effect gives to the run: the one place where its values leave the cassette. */
  #result(said: JsonObject): Json | undefined {
    const { restore } = this.#state.rewrites;
    const { output, error } = restore ? rewriteValues(said, restore) : said;
    if (typeof error === "string") throw new RecordedFailure(error);
    return output;
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
