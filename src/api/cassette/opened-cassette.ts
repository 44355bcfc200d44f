import type { RunGates } from "../../cassette/session/session-run.ts";
import { defaultMode } from "../../cassette/state/default-mode.ts";
import type { CassetteMode } from "../../cassette/state/session-state.ts";
import type { Summary } from "../../cassette/state/summary.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { adviseProgram, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { aFunction, checkOptions, type OptionCheck } from "../../project/run/check-options.ts";
import type { RunEnd } from "../../project/run/replay-check.ts";
import { cassetteKeys, hostCheck, toolsCheck } from "../../project/run/request-keys.ts";
import type { ProjectOutcome } from "../../project/run/run-project.ts";
import { CLAIM, type Claimable } from "./claim.ts";
import { type CassetteUser, type SharedCassette, sharedCassette } from "./shared-cassette.ts";

/** A cassette by its path. */
export interface CassetteChoice {
  readonly path: string;
  /** Default: `replay` where `CI` is set, else `auto`. */
  readonly mode?: CassetteMode;
  /** How many answers to record for each request. Default 1. */
  readonly samples?: number;
  /**
   * Whether what runs record is replayed once, offline and as on another day, before the cassette is
   * closed. Runs that cannot be replayed are an error, and what they recorded is not lost: it is in
   * the cassette, or with `record` in the file `PATH.recording`. Until then, what local tools gave is
   * kept in memory, for each run that recorded something. Default true.
   */
  readonly check?: boolean;
}

/** What `openCassette` takes. */
export interface OpenCassetteOptions extends CassetteChoice {
  /** `live` runs all tools. `recorded` answers local and external ones from the cassette. */
  readonly tools?: "live" | "recorded";
  /** Told what there is to say of the cassette when it is closed. Default: nobody is. */
  readonly onWarning?: (message: string) => void;
  /** Default: this process and this machine. */
  readonly host?: Host;
}

const OPTIONS = {
  ...cassetteKeys,
  tools: toolsCheck,
  onWarning: { ...aFunction, example: "(message) => console.error(message)" },
  host: hostCheck,
} as const satisfies Record<keyof Omit<OpenCassetteOptions, keyof CassetteChoice>, OptionCheck>;

/** A cassette for any number of runs, one after the other and at the same time. */
export interface Cassette extends AsyncDisposable {
  /** As it was given. */
  readonly path: string;
  readonly mode: CassetteMode;
  /** What the runs that have ended took and recorded, together. Undefined before the first one. */
  readonly summary: Summary | undefined;
  /**
   * Waits for the runs that use it, then ends it. Closing it again does nothing. `await using` closes
   * it at the end of its block.
   *
   * @returns what all its runs took and recorded; undefined where there were none
   * @throws LlmDoError `cassette-refused` when what was recorded cannot be kept, and that or
   * `cassette-miss` when it cannot be replayed
   */
  close(): Promise<Summary | undefined>;
}

/**
 * Opens a cassette.
 *
 * @param here the host where the options name none
 */
export function openedCassette(options: OpenCassetteOptions, here: Host): Cassette {
  checkOptions(options, OPTIONS, { verb: "open", what: "cassette", needs: ["path"] });
  const { path, samples, tools, check, host = here, onWarning = () => undefined } = options;
  const mode = options.mode ?? defaultMode(host.env);
  return new OpenedCassette(sharedCassette({ path, mode, samples, tools, check }, host), onWarning);
}

class OpenedCassette implements Cassette, Claimable {
  readonly #shared: SharedCassette;
  readonly #onWarning: (message: string) => void;
  #closing: Promise<Summary | undefined> | undefined;
  /** Runs that have been started with it and do not use it yet. */
  #claims = 0;
  #isClosed = false;
  #onUnclaimed: (() => void)[] = [];

  constructor(shared: SharedCassette, onWarning: (message: string) => void) {
    this.#shared = shared;
    this.#onWarning = onWarning;
    shared.hold();
  }

  get path(): string {
    return this.#shared.options.path;
  }

  get mode(): CassetteMode {
    return this.#shared.options.mode;
  }

  get summary(): Summary | undefined {
    return this.#shared.summary;
  }

  close(): Promise<Summary | undefined> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<Summary | undefined> {
    for (;;) {
      await this.#shared.idle();
      if (this.#claims === 0) break;
      await new Promise<void>((resolve) => this.#onUnclaimed.push(resolve));
    }
    this.#isClosed = true;
    const { summary } = this.#shared;
    try {
      await letGo(this.#shared, this.#onWarning);
    } catch (error) {
      throw adviseProgram(error);
    }
    return summary;
  }

  /** What the runs that are given the cassette share. */
  static sharedBy(cassette: Cassette): SharedCassette {
    if (!(cassette instanceof OpenedCassette)) {
      throw unusable("this copy of llm-do did not open it", [
        "open it with this copy's openCassette",
      ]);
    }
    if (cassette.#isClosed) throw isClosed(cassette);
    return cassette.#shared;
  }

  /** Keeps it open until the claim is disposed of. */
  [CLAIM](): Disposable {
    if (this.#closing) throw isClosed(this);
    this.#claims++;
    return {
      [Symbol.dispose]: () => {
        this.#claims--;
        for (const resolve of this.#onUnclaimed.splice(0)) resolve();
      },
    };
  }
}

/** Ends of runs that a replay comes to as well, so that they are worth keeping. */
const REPEATED_ENDS: readonly ErrorCode[] = ["call", "approval-needed", "approval-denied", "limit"];

/** What a run's request says of its cassette. */
interface CassetteRequest {
  readonly cassette?: CassetteChoice | Cassette;
  readonly tools?: "live" | "recorded";
}

/** What one run has of its cassette. */
interface RunShare {
  readonly gates: RunGates;
  /** Whether what the run records is replayed once. */
  readonly checks: boolean;
  /** @throws LlmDoError when what was recorded cannot be written, or not be replayed */
  end(ended: ProjectOutcome["ended"] | undefined): Promise<Summary>;
}

/**
 * Opens what a run asks for as its cassette; undefined where it asks for none.
 *
 * @throws LlmDoError what keeps the cassette from being opened
 */
export async function beginShare(
  { cassette, tools }: CassetteRequest,
  user: CassetteUser,
  host: Host,
): Promise<RunShare | undefined> {
  if (!cassette) return undefined;
  if (!("close" in cassette)) {
    const { path, samples, check, mode = defaultMode(host.env) } = cassette;
    return shareOfPath(sharedCassette({ path, samples, check, mode, tools }, host), user);
  }
  const shared = OpenedCassette.sharedBy(cassette);
  const share = shared.begin(user);
  const { gates } = share;
  return { gates, checks: shared.checks, end: async (ended) => share.end(keptEnd(ended)) };
}

/** How a run ended, where a replay ends in the same way. */
function keptEnd(ended: ProjectOutcome["ended"] | undefined): RunEnd | undefined {
  if (ended?.kind !== "failed") return doneEnd(ended);
  const { error } = ended;
  return REPEATED_ENDS.includes(error.code) ? { output: undefined, error } : undefined;
}

function doneEnd(ended: ProjectOutcome["ended"] | undefined): RunEnd | undefined {
  if (ended?.kind !== "done") return undefined;
  return { output: ended.result.output as Json, error: undefined }; // what came out of a call
}

/** The run is one of those that keep the cassette open. */
async function shareOfPath(shared: SharedCassette, user: CassetteUser): Promise<RunShare> {
  shared.hold();
  try {
    const share = shared.begin(user);
    return {
      gates: share.gates,
      checks: shared.checks,
      end: async (ended) => {
        const summary = share.end(doneEnd(ended));
        await letGo(shared, user.onWarning);
        return summary;
      },
    };
  } catch (error) {
    await letGo(shared, user.onWarning);
    throw error;
  }
}

async function letGo(shared: SharedCassette, onWarning: (message: string) => void): Promise<void> {
  const { leftover, problem } = await shared.letGo();
  if (leftover !== undefined) {
    onWarning(`the cassette is unchanged; what was recorded is in ${leftover}`);
  }
  if (problem) throw problem;
}

function isClosed({ path }: Cassette): LlmDoError {
  return unusable(`${path} is closed`, ["close it when its last run has ended"]);
}

function unusable(reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "use", what: "cassette", reason, tries });
}
