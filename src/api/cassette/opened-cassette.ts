import type { RunGates } from "../../cassette/session/session.ts";
import { defaultMode } from "../../cassette/state/default-mode.ts";
import type { Ledger } from "../../cassette/state/ledger.ts";
import type { CassetteMode } from "../../cassette/state/session-state.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { aFunction, checkOptions, type OptionCheck } from "../../project/run/check-options.ts";
import { cassetteKeys, hostCheck, toolsCheck } from "../../project/run/request-keys.ts";
import type { ProjectOutcome } from "../../project/run/run-project.ts";
import { type CassetteUser, type SharedCassette, sharedCassette } from "./shared-cassette.ts";

/** A cassette by its path. */
export interface CassetteChoice {
  readonly path: string;
  /** Default: `replay` where `CI` is set, else `auto`. */
  readonly mode?: CassetteMode;
  /** How many answers to record for each request. Default 1. */
  readonly samples?: number;
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
  onWarning: aFunction,
  host: hostCheck,
} as const satisfies Record<keyof Omit<OpenCassetteOptions, keyof CassetteChoice>, OptionCheck>;

/** A cassette for any number of runs, one after the other and at the same time. */
export interface Cassette extends AsyncDisposable {
  /** As it was given. */
  readonly path: string;
  readonly mode: CassetteMode;
  /** What the runs that have ended took and recorded, together. Undefined before the first one. */
  readonly summary: Ledger | undefined;
  /**
   * Waits for the runs that use it, then ends it. Closing it again does nothing. `await using` closes
   * it at the end of its block.
   *
   * @returns what all its runs took and recorded; undefined where there were none
   * @throws LlmDoError `cassette-refused` when what was recorded cannot be kept
   */
  close(): Promise<Ledger | undefined>;
}

/**
 * Opens a cassette.
 *
 * @param here the host where the options name none
 */
export function openedCassette(options: OpenCassetteOptions, here: Host): Cassette {
  checkOptions(options, OPTIONS, { verb: "open", what: "cassette", needs: ["path"] });
  const { path, samples, tools, host = here, onWarning = () => undefined } = options;
  const mode = options.mode ?? defaultMode(host.env);
  return new OpenedCassette(sharedCassette({ path, mode, samples, tools }, host), onWarning);
}

class OpenedCassette implements Cassette {
  readonly #shared: SharedCassette;
  readonly #onWarning: (message: string) => void;
  #closing: Promise<Ledger | undefined> | undefined;

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

  get summary(): Ledger | undefined {
    return this.#shared.summary;
  }

  close(): Promise<Ledger | undefined> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<Ledger | undefined> {
    await this.#shared.idle();
    const { summary } = this.#shared;
    tellLeftover(this.#shared.letGo(), this.#onWarning);
    return summary;
  }

  /** What the runs that are given the cassette share. */
  static sharedBy(cassette: Cassette): SharedCassette {
    if (!(cassette instanceof OpenedCassette)) {
      throw unusable("this copy of llm-do did not open it", [
        "open it with this copy's openCassette",
      ]);
    }
    if (!cassette.#closing) return cassette.#shared;
    throw unusable(`${cassette.path} is closed`, ["close it when its last run has ended"]);
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
  /** @throws LlmDoError `cassette-refused` when what was recorded cannot be written */
  end(ended: ProjectOutcome["ended"] | undefined): Ledger;
}

/**
 * Opens what a run asks for as its cassette; undefined where it asks for none.
 *
 * @throws LlmDoError what keeps the cassette from being opened
 */
export function beginShare(
  { cassette, tools }: CassetteRequest,
  user: CassetteUser,
  host: Host,
): RunShare | undefined {
  if (!cassette) return undefined;
  if (!("close" in cassette)) {
    const mode = cassette.mode ?? defaultMode(host.env);
    const shared = sharedCassette({ ...cassette, samples: cassette.samples, mode, tools }, host);
    return shareOfPath(shared, user);
  }
  const shared = OpenedCassette.sharedBy(cassette);
  const share = shared.begin(user);
  const isKept = (ended: ProjectOutcome["ended"] | undefined) =>
    ended?.kind === "done" ||
    (ended?.kind === "failed" && REPEATED_ENDS.includes(ended.error.code));
  return { gates: share.gates, end: (ended) => share.end(isKept(ended)) };
}

/** The run is one of those that keep the cassette open. */
function shareOfPath(shared: SharedCassette, user: CassetteUser): RunShare {
  shared.hold();
  const letGo = () => tellLeftover(shared.letGo(), user.onWarning);
  try {
    const share = shared.begin(user);
    return {
      gates: share.gates,
      end: (ended) => {
        const ledger = share.end(ended?.kind === "done");
        letGo();
        return ledger;
      },
    };
  } catch (error) {
    letGo();
    throw error;
  }
}

function tellLeftover(leftover: string | undefined, onWarning: (message: string) => void): void {
  if (leftover === undefined) return;
  onWarning(`the cassette is unchanged; what was recorded is in ${leftover}`);
}

function unusable(reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "use", what: "cassette", reason, tries });
}
