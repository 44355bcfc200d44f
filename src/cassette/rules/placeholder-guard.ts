import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Json } from "../../model/json.ts";
import type { AnswerPart, Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller } from "../../model/transport.ts";
import { recordAnew } from "../advice.ts";
import type { EffectRequest } from "../gates.ts";
import { escapedForPattern } from "./replace-matches.ts";
import { type CassetteRules, describeRule, type RewriteRule } from "./rules.ts";
import { mentionsDigits } from "./text-rewriter.ts";
import { embeddable, typedPlaceholders } from "./typed-placeholder.ts";

/** How a session goes on from a recording, as far as it matters here. */
interface GuardedSession {
  readonly path: string;
  readonly mode: "replay" | "auto" | "record";
  readonly tools?: "live" | "recorded" | undefined;
  readonly workFolder?: string | undefined;
  readonly rerecord?: string;
  /** Set where recorded results answer while the cassette is recorded. */
  readonly effects?: { readonly advice: "case" | "test" } | undefined;
  /** Set where recordings answer all that is asked, so that nothing goes out. */
  readonly misses?: object | undefined;
}

/**
 * Keeps redacted values out of the world. A recording holds placeholders in the place of what
 * `redact` rules hid; a run that goes on from it, in `auto` or with `--tools live`, must not mail to
 * one or tell a model of one.
 */
export class RedactedGuard {
  readonly #session: GuardedSession;
  readonly #finder: PlaceholderFinder;
  /** Placeholders that recordings gave to the run, with the tool whose result gave it first. */
  readonly #served = new Map<string, string | undefined>();
  /** Placeholders that stood in a prompt before any recording gave them: a person wrote them. */
  readonly #written = new Set<string>();
  readonly #inMessage = new WeakMap<Message, readonly FoundPlaceholder[]>();
  /** Whether anything can go out, and anything recorded with it. */
  readonly #isOn: boolean;

  constructor(rules: CassetteRules, session: GuardedSession) {
    this.#session = session;
    this.#finder = new PlaceholderFinder(rules.redact);
    const { mode, tools, misses } = session;
    const goesOut = mode !== "replay" || tools === "live";
    this.#isOn = goesOut && !misses && rules.redact.length > 0;
  }

  /**
   * Takes note of what a recording gave to the run.
   *
   * @param tool whose result it is; undefined for an answer of a model
   */
  served(value: Json | readonly AnswerPart[], tool?: string): void {
    if (!this.#isOn) return;
    for (const { text } of this.#finder.find(value as Json)) {
      if (!this.#served.has(text)) this.#served.set(text, tool);
    }
  }

  /** Takes note of a request, recorded or not, before its answer. */
  asked(request: ModelRequest): void {
    if (!this.#isOn) return;
    for (const { text } of this.#inPrompt(request)) {
      if (!this.#served.has(text)) this.#written.add(text);
    }
  }

  /** @throws LlmDoError `cassette-refused` when a live request would hold a redacted value */
  checkRequest(request: ModelRequest, caller: Caller | undefined): void {
    if (!this.#isOn || this.#served.size === 0) return;
    const found = [...this.#inPrompt(request), ...request.messages.flatMap((one) => this.#in(one))];
    const redacted = found.find(({ text }) => this.#served.has(text) && !this.#written.has(text));
    if (redacted) {
      const what = caller?.worker ?? request.model;
      throw this.#refusal(redacted, { verb: "ask", what, holder: "its request" });
    }
  }

  /** @throws LlmDoError `cassette-refused` when an effect that is to happen holds a redacted value */
  checkEffect({ tool, input, effect }: EffectRequest): void {
    if (!this.#isOn || this.#served.size === 0) return;
    // What happens in the copy that a test works in goes away with it.
    if (effect === "local" && this.#session.workFolder !== undefined) return;
    const redacted = this.#finder.find(input).find(({ text }) => this.#served.has(text));
    if (redacted) throw this.#refusal(redacted, { verb: "call", what: tool, holder: "its input" });
  }

  #inPrompt({ system, messages }: ModelRequest): readonly FoundPlaceholder[] {
    const said = messages.filter(({ kind }) => kind === "user");
    return [...this.#finder.find(system), ...said.flatMap((message) => this.#in(message))];
  }

  #in(message: Message): readonly FoundPlaceholder[] {
    const known = this.#inMessage.get(message);
    if (known) return known;
    const { kind } = message;
    const texts =
      kind === "assistant"
        ? message.parts
        : message.content.map((part) => (part.kind === "text" ? part.text : ""));
    const found = this.#finder.find(texts as unknown as Json); // JSON by its types
    this.#inMessage.set(message, found);
    return found;
  }

  #refusal({ text, rule }: FoundPlaceholder, { verb, what, holder }: Refused): LlmDoError {
    const { path, mode } = this.#session;
    return new LlmDoError({
      code: "cassette-refused",
      verb,
      what,
      reason: `${holder} holds ${JSON.stringify(text)}, a redacted value from the recording; ${describeRule(rule)} hid what stood there`,
      place: rule.place,
      details: [`  recording: ${path}`],
      tries: [
        ...this.#recordings(this.#served.get(text)),
        ...(mode === "auto" ? [REPLAY_ALONE] : []),
        "or change the rule, if what it finds may be recorded, and record anew",
      ],
    });
  }

  /** How to record with the value itself. Where a recorded result gave it, the tool has to run for that. */
  #recordings(tool: string | undefined): readonly (string | Advice)[] {
    const { rerecord, mode, effects } = this.#session;
    if (tool === undefined || (mode !== "record" && !effects)) {
      return [recordAnew(rerecord)];
    }
    const anew = (lead: string) =>
      rerecord
        ? `${lead}: ${rerecord} --tools live`
        : { flags: `${lead} with --tools live`, options: `${lead} with tools: "live"` };
    const last = anew("or let all tools run and record anew");
    switch (effects?.advice) {
      case "case":
        return [
          `say in the case what it answers: effects: { ${tool}: { output: "..." } }`,
          `or let it happen: effects: { ${tool}: live }, and record anew${rerecord ? `: ${rerecord}` : ""}`,
          last,
        ];
      case "test":
        return [
          `say in the test what answers: doubles: { ${JSON.stringify(tool)}: () => "..." }`,
          last,
        ];
      case undefined:
        return [anew("let all tools run and record anew")];
    }
  }
}

interface Refused {
  readonly verb: string;
  readonly what: string;
  /** What holds the value: `its input`. */
  readonly holder: string;
}

/** What stands for a hidden value, as it was found. */
interface FoundPlaceholder {
  readonly text: string;
  /** The rule that it is of; the first one, where several have the same. */
  readonly rule: RewriteRule;
}

interface Marks {
  readonly rule: RewriteRule;
  readonly pattern: RegExp;
}

/** Finds what `redact` rules put in the place of what they hide. */
export class PlaceholderFinder {
  readonly #marks: readonly Marks[];

  constructor(rules: readonly RewriteRule[]) {
    this.#marks = rules.map((rule) => ({ rule, pattern: marksOf(rule) }));
  }

  /** The placeholders in JSON data: in its texts, its keys and its numbers. */
  find(value: Json): readonly FoundPlaceholder[] {
    const found: FoundPlaceholder[] = [];
    if (this.#marks.length > 0) this.#walk(value, found);
    return found;
  }

  #walk(value: Json, found: FoundPlaceholder[]): void {
    if (typeof value === "string") this.#search(value, found);
    else if (typeof value === "number") this.#search(String(value), found);
    else if (typeof value === "object" && value !== null) {
      for (const [key, field] of Object.entries(value)) {
        if (!Array.isArray(value)) this.#search(key, found);
        if (field !== undefined) this.#walk(field as Json, found);
      }
    }
  }

  #search(text: string, found: FoundPlaceholder[]): void {
    for (const { rule, pattern } of this.#marks) {
      for (const [match] of text.matchAll(pattern)) found.push({ text: match, rule });
    }
  }
}

/** Nothing at all, where a rule puts nothing in the place of a match. */
const NEVER = "(?!)";

/**
 * Digits that stand for others, in the layout of a telephone number or in none. Fewer than four are
 * found by themselves too often.
 */
const DIGITS = String.raw`(?<![\w.])[+-]?\(?9(?:[ ().-]{0,2}0){2,18}[ ().-]{0,2}9(?!\w)`;

function marksOf({ pattern, replacement, number }: RewriteRule): RegExp {
  const texts = [...embeddable(typedPlaceholders(replacement), replacement), replacement];
  const marks = texts.filter((text) => text !== "").map(escapedForPattern);
  if (number !== undefined)
    marks.push(`(?<![\\w.])${escapedForPattern(String(number))}(?!\\w|\\.\\d)`);
  else if (mentionsDigits(pattern)) marks.push(DIGITS);
  return new RegExp(marks.length > 0 ? marks.join("|") : NEVER, "g");
}

const REPLAY_ALONE: Advice = {
  flags: "or answer from the recording alone: --mode replay",
  options: 'or answer from the recording alone: cassette: { path, mode: "replay" }',
};
