import { hash } from "node:crypto";
import { resolve } from "node:path";
import { type CassetteRules, rulesText } from "../../cassette/rules/rules.ts";
import { CassetteSession } from "../../cassette/session/session.ts";
import type { RunGates } from "../../cassette/session/session-run.ts";
import { RunCalls } from "../../cassette/state/run-calls.ts";
import type { CassetteMode, CassetteOptions } from "../../cassette/state/session-state.ts";
import { type Summary, sumSummaries } from "../../cassette/state/summary.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { RunEnd } from "../../project/run/replay-check.ts";

/** How a cassette is opened. */
interface SharedOptions {
  readonly path: string;
  readonly mode: CassetteMode;
  readonly samples: number | undefined;
  readonly tools: CassetteOptions["tools"];
  /** Whether what runs record is replayed once before it is kept. Default: it is. */
  readonly check: boolean | undefined;
}

/** A run that recorded something, and how it is run again. */
interface RecordedRun {
  readonly calls: RunCalls;
  readonly end: RunEnd;
  /** Runs it again from a recording, as on another day: no event, no question, no request. */
  readonly replay: (gates: RunGates, host: Host) => Promise<RunEnd>;
}

/** What a run brings to a cassette. */
export interface CassetteUser {
  /** What the run was started with: its entry, its input, what was said before. */
  readonly started: readonly unknown[];
  readonly rules: CassetteRules;
  readonly onWarning: (message: string) => void;
  /** Runs it again from its recording. */
  readonly replay: RecordedRun["replay"];
}

/** What there is to say of a cassette once it is closed. */
interface Closed {
  /** Where a recording is left that is not kept. Absent where none is. */
  readonly leftover?: string | undefined;
  /** What keeps what was recorded from being replayed. Absent where nothing does. */
  readonly problem?: LlmDoError | undefined;
}

/** A run's share in a cassette, from its beginning to its end. */
interface CassetteShare {
  readonly gates: RunGates;
  /**
   * Ends the share.
   *
   * @param recorded how the run ended, where what it recorded may stay
   * @returns what the run took and recorded
   */
  end(recorded: RunEnd | undefined): Summary;
}

/** The cassettes that this process has open, by their absolute paths. */
const OPEN = new WeakMap<Host["files"], Map<string, SharedCassette>>();

/**
 * The cassette of a path, as this process has it open; a new one where it has not.
 *
 * @throws LlmDoError `usage` where it is open in another way
 */
export function sharedCassette(options: SharedOptions, host: Host): SharedCassette {
  const path = resolve(host.cwd, options.path);
  const known = OPEN.get(host.files) ?? new Map<string, SharedCassette>();
  OPEN.set(host.files, known);
  const open = known.get(path);
  if (open) {
    open.checkSame(options);
    return open;
  }
  const shared = new SharedCassette(options, host, () => known.delete(path));
  known.set(path, shared);
  return shared;
}

/** One cassette that any number of runs use, until the last that holds it lets go. */
export class SharedCassette {
  readonly options: SharedOptions;
  readonly #host: Host;
  readonly #onClosed: () => void;
  readonly #users = new Set<CassetteUser>();
  #opened: { readonly session: CassetteSession; readonly options: CassetteOptions } | undefined;
  #holders = 0;
  #isKept = true;
  #taken: Summary | undefined;
  #onIdle: (() => void)[] = [];
  /** Runs that recorded something which was not replayed yet. */
  #unchecked: RecordedRun[] = [];
  /** How many runs there were of each kind, by the hash of what they were started with. */
  readonly #runs = new Map<string, number>();

  constructor(options: SharedOptions, host: Host, onClosed: () => void) {
    this.options = options;
    this.#host = host;
    this.#onClosed = onClosed;
  }

  /** What the runs that have ended took and recorded, together; undefined before the first one. */
  get summary(): Summary | undefined {
    const unused = this.#opened?.session.summary;
    const taken = this.#taken;
    if (!taken || !unused) return taken;
    const withUnused = (kind: "exchanges" | "effects" | "decisions") => ({
      ...(taken[kind] ?? { served: 0, live: 0, missed: 0 }),
      unused: unused[kind]?.unused ?? 0,
    });
    return {
      ...taken,
      exchanges: withUnused("exchanges"),
      effects: withUnused("effects"),
      ...(taken.decisions || unused.decisions ? { decisions: withUnused("decisions") } : {}),
    };
  }

  hold(): void {
    this.#holders++;
  }

  /**
   * The last one that lets go closes the cassette.
   *
   * @throws LlmDoError `cassette-refused` when what was recorded cannot be written
   */
  async letGo(): Promise<Closed> {
    let problem: LlmDoError | undefined;
    // It is held meanwhile: runs that begin share it, and are replayed as well where they have ended.
    while (this.#holders === 1 && this.#unchecked.length > 0) problem ??= await this.#check();
    if (problem) this.#isKept = false;
    if (--this.#holders > 0) return { problem };
    this.#onClosed();
    const session = this.#opened?.session;
    session?.close({ ok: this.#isKept });
    return { problem, leftover: session?.leftover };
  }

  /** @returns what keeps what was recorded from being replayed; undefined where nothing does */
  async #check(): Promise<LlmDoError | undefined> {
    const runs = this.#unchecked;
    this.#unchecked = [];
    const { mode } = this.options;
    // A recording that is not kept anyway is left as it is.
    if (!this.#opened || (mode === "record" && !this.#isKept)) return undefined;
    return recordingProblem(this.#opened, runs);
  }

  /** With tools: "live" what is on record is not what the run was told, so that it says little. */
  get checks(): boolean {
    const { mode, tools, check = true } = this.options;
    return check && mode !== "replay" && !(mode === "auto" && tools === "live");
  }

  /** Resolves once no run uses it. */
  async idle(): Promise<void> {
    while (this.#users.size > 0) {
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
  }

  /** @throws LlmDoError what keeps the cassette from being opened for this run */
  begin(user: CassetteUser): CassetteShare {
    const session = this.#sessionFor(user);
    const calls = this.#callsOf(user, session);
    const run = session.forRun(calls);
    this.#users.add(user);
    return {
      gates: run,
      end: (recorded) => {
        this.#users.delete(user);
        const summary = run.end();
        this.#taken = sumSummaries(this.#taken ? [this.#taken, summary] : [summary]);
        this.#isKept &&= recorded !== undefined;
        if (recorded && this.checks && hasRecorded(summary) && !isTimedOut(recorded)) {
          this.#unchecked.push({ calls, end: recorded, replay: user.replay });
        }
        if (this.#users.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
        return summary;
      },
    };
  }

  /** Equal runs are told apart by their order; which of them is which makes no difference. */
  #callsOf({ started }: CassetteUser, { rewrites }: CassetteSession): RunCalls {
    const text = textOf(started);
    const id = hash("sha256", rewrites.request?.(text) ?? text);
    const count = (this.#runs.get(id) ?? 0) + 1;
    this.#runs.set(id, count);
    const digits = Number.parseInt(hash("sha256", `${id} ${count}`).slice(0, 12), 16) % 10 ** 8;
    const isFirst = this.#runs.size === 1 && count === 1;
    return new RunCalls(String(digits).padStart(8, "0"), !isFirst);
  }

  #sessionFor({ rules, onWarning }: CassetteUser): CassetteSession {
    if (this.#opened) {
      if (rulesText(this.#opened.options.rules) === rulesText(rules)) return this.#opened.session;
      throw this.#refused("runs of projects with other redact, volatile or secrets rules use it", [
        "give each project its own cassette",
      ]);
    }
    const { samples, path, mode, tools } = this.options;
    const absolute = resolve(this.#host.cwd, path);
    const options: CassetteOptions = {
      mode,
      tools,
      // Errors name it as the program does, where that is the same file.
      path: resolve(path) === absolute ? path : absolute,
      ...(samples === undefined ? {} : { samples }),
      host: this.#host,
      rules,
      onWarning: (message) => this.#warn(message),
    };
    const session = CassetteSession.open(options);
    this.#opened = { session, options };
    for (const warning of session.warnings) onWarning(warning);
    return session;
  }

  /** @throws LlmDoError `usage` for options that differ from those that it is open with */
  checkSame(options: SharedOptions): void {
    for (const name of ["mode", "samples", "tools", "check"] as const) {
      const [open, wanted] = [this.options[name], options[name]];
      if (open === wanted) continue;
      throw this.#refused(
        `this process has it open with ${name} ${open ?? "unset"}, not ${wanted ?? "unset"}`,
        [`use the same ${name} for all runs at one time`, "or give each its own cassette"],
      );
    }
  }

  #warn(message: string): void {
    for (const { onWarning } of this.#users) onWarning(message);
  }

  #refused(reason: string, tries: readonly string[]): LlmDoError {
    return new LlmDoError({ code: "usage", verb: "open", what: this.options.path, reason, tries });
  }
}

/** A replay does not take as long. */
function isTimedOut({ error }: RunEnd): boolean {
  return isLlmDoError(error, "limit") && error.limit === "timeoutMs";
}

function hasRecorded({ exchanges, effects, decisions }: Summary): boolean {
  return exchanges.live + effects.live + (decisions?.live ?? 0) > 0;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return ""; // the gate refuses what is no JSON
  }
}

/** Where runs were recorded, and what that is opened with. */
interface Recording {
  readonly session: CassetteSession;
  readonly options: CassetteOptions;
}

/**
 * Replays runs from what their session recorded, one after the other, once and offline.
 *
 * @returns what keeps a recording from being replayed; undefined where nothing does
 */
async function recordingProblem(
  { session, options }: Recording,
  runs: readonly RecordedRun[],
): Promise<LlmDoError | undefined> {
  const { replayProblem } = await import("../../project/run/replay-check.ts"); // a replay needs no check
  return replayProblem({
    session,
    recorded: runs.map(({ end }) => end),
    host: options.host,
    replay: async (path, host) => {
      const checking = options.path;
      const again = {
        ...options,
        path,
        checking,
        host,
        mode: "replay",
        tools: "recorded",
      } as const;
      const replayed = CassetteSession.open(again);
      const ends: RunEnd[] = [];
      for (const { calls, replay } of runs) {
        ends.push(await replay(replayed.forRun(calls), host));
      }
      return { session: replayed, ends };
    },
  });
}
