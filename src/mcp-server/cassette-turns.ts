import { Turns } from "../approval/turns.ts";
import { waitForCassette } from "../cassette/file/lock.ts";
import type { Host } from "../host/host.ts";
import type { ProjectRun } from "../project/run/run-project.ts";

type Cassette = ProjectRun["cassette"];

interface Turn {
  /** Aborts when nobody waits for the turn any longer. */
  readonly signal: AbortSignal;
  /** Told once of the process that is waited for. */
  readonly onWait: (message: string) => void;
}

/**
 * Lets one call at a time use the cassette: of all clients of this process, and of other servers that
 * record to the same file.
 */
export class CassetteTurns {
  readonly #cassette: Cassette;
  readonly #host: Host;
  readonly #turns = new Turns();

  constructor(cassette: Cassette, host: Host) {
    this.#cassette = cassette;
    this.#host = host;
  }

  /**
   * Does a call's work in its turn, with the cassette that it may use. Calls without a cassette go on at once.
   *
   * @throws LlmDoError `cassette-refused` when another process goes on writing the cassette
   */
  take<T>(turn: Turn, work: (cassette: Cassette) => Promise<T>): Promise<T> {
    const cassette = this.#cassette;
    if (!cassette) return work(undefined);
    return this.#turns.take(async () => {
      turn.signal.throwIfAborted();
      if (cassette.mode === "replay") return await work(cassette);
      const lock = await waitForCassette(cassette.path, this.#host, turn);
      try {
        return await work(lock ? { ...cassette, lock } : cassette);
      } finally {
        lock?.release();
      }
    });
  }
}
