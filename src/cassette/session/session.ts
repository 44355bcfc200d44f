import type { Place } from "../../errors/place.ts";
import { RequestKeyer } from "../../model/key.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { counted } from "../../words/counted.ts";
import { CassetteFile } from "../file/cassette-file.ts";
import type { EntryWriter } from "../file/entry-writer.ts";
import type { EntryKind } from "../file/format.ts";
import type { DecisionGate, EffectGate } from "../gates.ts";
import { checkTodaysRules } from "../read/rule-findings.ts";
import { Tape, type TapeEntry, uncoveredEntries } from "../read/tape.ts";
import { LaterRules } from "../read/todays-rules.ts";
import { RedactedGuard } from "../rules/placeholder-guard.ts";
import { RequestRewriter } from "../rules/rewrite-request.ts";
import { NO_RULES, type Rewrites, rewritesOf } from "../rules/rules.ts";
import { SecretScanner } from "../secrets/secret-scanner.ts";
import { RunCalls } from "../state/run-calls.ts";
import type { CassetteMode, CassetteOptions, SessionState } from "../state/session-state.ts";
import type { Summary } from "../state/summary.ts";
import { SummaryBook } from "../state/summary-book.ts";
import { CassetteDecisions } from "./decisions.ts";
import type { PerformedEffect } from "./effect-policy.ts";
import { CassetteEffects } from "./effects.ts";
import { carriedSamples, type ReplacedAnswer, replacedAnswers } from "./new-cassette.ts";
import { openOld, unfinishedFrom } from "./old-recording.ts";
import { type RunGates, SessionRun } from "./session-run.ts";
import { CassetteTransport } from "./transport.ts";
import { writerOf } from "./writer.ts";

/** Where the answer to a request stands. */
export interface FoundRecording {
  readonly key: string;
  /** The id of the call that it was recorded in. */
  readonly call: string;
  readonly place: Place;
}

/** One run's use of one cassette, on both gates. */
export class CassetteSession implements RunGates {
  readonly #state: SessionState;
  readonly effects: EffectGate;
  readonly #decisions: CassetteDecisions;
  #isStaged = false;

  private constructor(state: SessionState) {
    this.#state = state;
    this.effects = new CassetteEffects(state);
    this.#decisions = new CassetteDecisions(state);
  }

  /** What one of several runs sees that use the session at the same time. */
  forRun(calls: RunCalls): SessionRun {
    return new SessionRun(this.#state, calls);
  }

  /** Says that another run begins, of those that share the session. */
  nextRun(): void {
    this.#state.runNumber++;
  }

  /** Whether tools run, or what is on record answers for them; undefined where the mode decides. */
  get tools(): CassetteOptions["tools"] {
    return this.#state.options.tools;
  }

  get mode(): CassetteMode {
    return this.#state.options.mode;
  }

  get decisions(): DecisionGate {
    return this.#decisions;
  }

  /**
   * Opens a cassette for one run. Nothing is written before the first answer that is recorded.
   *
   * @throws LlmDoError `cassette-miss` in `replay` when there is no such file, `cassette-damaged`
   * when it is not a cassette, `cassette-refused` when `record` would replace something else and when
   * one that `isChecked` holds what would not be written today
   */
  static open(options: CassetteOptions): CassetteSession {
    const { mode, host, rules = NO_RULES } = options;
    const old = openOld(options);
    const { file } = old;
    const rewrites = rewritesOf(rules, options.workFolder);
    const scanner = new SecretScanner(host.env, rules.allow);
    if (options.isChecked && file) checkTodaysRules(file, { rules, scanner });
    const tape = new Tape(file, options.draws);
    options.misses?.begin({ file, tape, rewrites, scanner, tools: options.tools });
    const replaces = mode === "record" || (mode === "auto" && options.whole === true);
    return new CassetteSession({
      options,
      file,
      tape,
      written: replaces ? new Tape(undefined) : tape,
      replaces,
      isFirst: old.isFirst,
      unfinishedFrom: unfinishedFrom(old),
      performed: new Map(),
      writer: mode === "replay" ? undefined : writerOf(options, { ...old, rewrites, scanner }),
      keyer: new RequestKeyer(),
      book: new SummaryBook(),
      rewrites,
      rewriter: new RequestRewriter(rewrites),
      scanner,
      guard: new RedactedGuard(rules, options),
      later: new LaterRules({ file, tape, rules, rewrites }),
      runNumber: 1,
      calls: new RunCalls(undefined, false),
    });
  }

  /** The cassette as it was when it was opened; undefined where there was none. */
  get file(): CassetteFile | undefined {
    return this.#state.file;
  }

  /** Whether further samples answer like any other recording. */
  get draws(): boolean {
    return this.#state.options.draws ?? false;
  }

  /** Recordings that nothing has asked for, though the run could have come to them. */
  get unused(): readonly TapeEntry[] {
    const { tape, unfinishedFrom, file, options } = this.#state;
    const left = tape.unserved.filter(({ slice }) => slice.start < unfinishedFrom);
    return uncoveredEntries(left, { tape, file, tools: options.tools });
  }

  /** Recordings that answered something. */
  get served(): readonly TapeEntry[] {
    return this.#state.tape.entries.filter(({ served }) => served);
  }

  /** Answers that count as evidence so far: served ones, and those that the mode records. */
  get answered(): number {
    const { exchanges, effects, decisions } = this.#state.book;
    const served = exchanges.served + effects.served + decisions.served;
    return served + (this.mode === "replay" ? 0 : exchanges.live + effects.live);
  }

  /** What masks secrets in reports. */
  get scanner(): SecretScanner {
    return this.#state.scanner;
  }

  /** What advice about the recording follows from. */
  get recordedUnder(): Pick<SessionState, "options" | "file"> {
    return this.#state;
  }

  /** What the project's rules make of texts. */
  get rewrites(): Rewrites {
    return this.#state.rewrites;
  }

  /** The recording that a request of a call has the key of; undefined when there is none. */
  recordingOf(request: ModelRequest, call: string): FoundRecording | undefined {
    const { keyer, rewriter, tape, file } = this.#state;
    const { key } = keyer.chain(rewriter.request(request));
    const entries = tape.entries.filter(
      ({ slice, source }) => slice.key === key && source !== "imported",
    );
    const entry = entries.find((candidate) => candidate.call === call) ?? entries[0];
    if (!file || !entry) return undefined;
    const place = { file: file.path, line: file.line(entry.slice) };
    return { key, call: entry.call, place };
  }

  /** What there is to say of the cassette itself: an entry that a crash cut short. */
  get warnings(): readonly string[] {
    const { file, options } = this.#state;
    if (!file || file.tornTail === "") return [];
    const bytes = Buffer.byteLength(file.tornTail);
    const kept = `${counted(file.slices.length, "whole entry is", "whole entries are")} kept`;
    const fate = options.mode === "auto" ? `moved to ${options.path}.torn when writing` : "ignored";
    return [`the last entry of ${options.path} was cut short (${bytes} bytes, ${fate}); ${kept}`];
  }

  /** @param inner what answers when the cassette does not; never asked in `replay` */
  transport(inner: ModelTransport): ModelTransport {
    return new CassetteTransport(this.#state, inner);
  }

  /**
   * Writes out all that the session recorded, for who looks at it before the session is closed.
   *
   * @returns the file that holds it; undefined where nothing new was recorded
   */
  stage(): string | undefined {
    const { writer, replaces, options } = this.#state;
    if (!writer || !this.#isNew) return undefined;
    if (!replaces) return writer.path;
    writer.flush();
    if (options.mode === "auto" && !this.#isStaged) this.#carrySamples(writer);
    this.#isStaged = true;
    return writer.path;
  }

  /**
   * Ends the session.
   *
   * @param ok whether the run ended well; only then a new cassette takes the place of the old one
   */
  close({ ok }: { readonly ok: boolean }): Summary {
    const { writer } = this.#state;
    this.#decisions.close();
    try {
      if (ok) {
        this.stage();
        writer?.commit();
      }
    } finally {
      writer?.close();
    }
    return this.summary;
  }

  /** What the session took from the cassette and what it recorded, up to now. */
  get summary(): Summary {
    const { book, replaces } = this.#state;
    // A new cassette holds nothing that the run did not ask for.
    const isDropped = replaces && this.#isNew;
    const countOf = (kind: EntryKind) =>
      isDropped ? 0 : this.unused.filter(({ slice }) => slice.kind === kind).length;
    return book.close({
      exchanges: countOf("exchange"),
      effects: countOf("effect"),
      decisions: countOf("decision"),
    });
  }

  /** Whether there was no cassette when the session was opened. */
  get isFirst(): boolean {
    return this.#state.isFirst;
  }

  /** Tools with external effects that ran for real while the session recorded. */
  get performed(): readonly PerformedEffect[] {
    return [...this.#state.performed].map(([tool, times]) => ({ tool, times }));
  }

  /**
   * The answers that took the place of others, once the session was closed and the cassette replaced;
   * of a recording anew, those that say something else.
   */
  get replaced(): readonly ReplacedAnswer[] {
    const { file, tape, replaces, isFirst, rewrites, options, unfinishedFrom } = this.#state;
    if (!file || !replaces || isFirst || !this.#isNew) return [];
    return replacedAnswers({
      before: file,
      beforeUntil: unfinishedFrom,
      after: CassetteFile.read(options.path, options.host.files),
      served: tape.entries.filter(({ served }) => served),
      draws: this.draws,
      rewrite: rewrites.request,
      onlyChanged: options.mode === "record",
    });
  }

  /** Where a new cassette that was not kept is left; undefined when nowhere. */
  get leftover(): string | undefined {
    const { writer, replaces, options } = this.#state;
    if (!replaces || !writer || !this.#isNew) return undefined;
    // A link or a folder in its place is somebody else's.
    return options.host.files.kindAt(writer.path) === "file" ? writer.path : undefined;
  }

  get #isNew(): boolean {
    const { writer, options } = this.#state;
    return writer !== undefined && (options.mode === "record" || writer.hasNew);
  }

  #carrySamples(writer: EntryWriter): void {
    const { files } = this.#state.options.host;
    const { entries, blobs } = carriedSamples(
      this.#state,
      CassetteFile.ofText(this.#state.options.path, files.readText(writer.path), files),
    );
    for (const entry of entries) writer.copy(entry, blobs);
  }
}
