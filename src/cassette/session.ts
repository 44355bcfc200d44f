import { resolve } from "node:path";
import { RequestKeyer } from "../model/key.ts";
import type { ModelTransport } from "../model/transport.ts";
import { CassetteFile } from "./cassette-file.ts";
import type { DecisionGate } from "./decision-gate.ts";
import { CassetteDecisions } from "./decisions.ts";
import type { EffectGate } from "./effect-gate.ts";
import { CassetteEffects } from "./effects.ts";
import type { EntryKind } from "./entry.ts";
import { checkReplaceable } from "./header.ts";
import { type Ledger, LedgerBook } from "./ledger.ts";
import { encodeRun } from "./recorded-run.ts";
import { RequestRewriter, rewriteJson } from "./rewrite-request.ts";
import { NO_RULES, rewritesOf } from "./rules.ts";
import { SecretScanner } from "./secrets.ts";
import type { CassetteMode, CassetteOptions, SessionState } from "./session-state.ts";
import { Tape, type TapeEntry } from "./tape.ts";
import { CassetteTransport } from "./transport.ts";
import { CassetteWriter } from "./writer.ts";

/** One run's use of one cassette, on both gates. */
export class CassetteSession {
  readonly #state: SessionState;
  readonly effects: EffectGate;
  readonly #decisions: CassetteDecisions;

  private constructor(state: SessionState) {
    this.#state = state;
    this.effects = new CassetteEffects(state);
    this.#decisions = new CassetteDecisions(state);
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
   * when it is not a cassette, `cassette-refused` when `record` would replace something else
   */
  static open(options: CassetteOptions): CassetteSession {
    const { path, mode, host, rules = NO_RULES } = options;
    const isThere = mode === "replay" || (mode === "auto" && host.files.stat(path) !== undefined);
    const file = isThere ? CassetteFile.read(path, host.files) : undefined;
    if (mode === "record") checkReplaceable(path, host.files);
    const rewrites = rewritesOf(rules, options.workFolder);
    const scanner = new SecretScanner(host.env);
    const run = options.run && encodeRun(options.run, resolve(host.cwd, path));
    const writer =
      mode === "replay"
        ? undefined
        : new CassetteWriter({
            path,
            host,
            scanner,
            replace: mode === "record",
            existing: file,
            run: run && rewrites.request ? rewriteJson(run, rewrites.request) : run,
          });
    const tape = new Tape(file);
    options.misses?.begin({ file, tape, rewrites, scanner });
    return new CassetteSession({
      options,
      file,
      tape,
      writer,
      keyer: new RequestKeyer(),
      book: new LedgerBook(),
      rewrites,
      rewriter: new RequestRewriter(rewrites),
      scanner,
    });
  }

  /** The cassette as it was when it was opened; undefined where there was none. */
  get file(): CassetteFile | undefined {
    return this.#state.file;
  }

  /** Recordings that nothing has asked for; further samples of a request are none. */
  get unused(): readonly TapeEntry[] {
    return this.#state.tape.unserved;
  }

  /** What there is to say of the cassette itself: an entry that a crash cut short. */
  get warnings(): readonly string[] {
    const { file, options } = this.#state;
    if (!file || file.tornTail === "") return [];
    const bytes = Buffer.byteLength(file.tornTail);
    const kept = `${file.slices.length} whole ${file.slices.length === 1 ? "entry is" : "entries are"} kept`;
    const fate = options.mode === "auto" ? `moved to ${options.path}.torn when writing` : "ignored";
    return [`the last entry of ${options.path} was cut short (${bytes} bytes, ${fate}); ${kept}`];
  }

  /** @param inner what answers when the cassette does not; never asked in `replay` */
  transport(inner: ModelTransport): ModelTransport {
    return new CassetteTransport(this.#state, inner);
  }

  /**
   * Ends the session.
   *
   * @param ok whether the run ended well; only then `record` replaces the cassette
   */
  close({ ok }: { readonly ok: boolean }): Ledger {
    const { writer, book } = this.#state;
    this.#decisions.close();
    try {
      if (ok) writer?.commit();
    } finally {
      writer?.close();
    }
    const countOf = (kind: EntryKind) =>
      this.unused.filter(({ slice }) => slice.kind === kind).length;
    return book.close({
      exchanges: countOf("exchange"),
      effects: countOf("effect"),
      decisions: countOf("decision"),
    });
  }

  /** Where a `record` that did not end well left what it had recorded; undefined when nowhere. */
  get leftover(): string | undefined {
    const { writer, options } = this.#state;
    if (options.mode !== "record" || !writer) return undefined;
    return options.host.files.stat(writer.path) ? writer.path : undefined;
  }
}
