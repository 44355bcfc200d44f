/**
 * How the calls of one run are named in a cassette that several runs share. Ids of calls are the same
 * in every run, so the entries of all runs but the first say which run they are of: `main#40219873/look`
 * where the run itself has `main/look`. The number is made from what the run was started with.
 */
export class RunCalls {
  readonly #tag: string | undefined;
  readonly #isWritten: boolean;

  /**
   * @param tag the digits that tell the run from others; undefined where it is the only one
   * @param isWritten whether what it records says so; the first run of a session does not need to
   */
  constructor(tag: string | undefined, isWritten: boolean) {
    this.#tag = tag;
    this.#isWritten = isWritten;
  }

  /** The name of a call in entries that the run writes. */
  written(call: string): string {
    return this.#isWritten ? this.own(call) : call;
  }

  /** The name that tells a call from that of all other runs. */
  own(call: string): string {
    if (this.#tag === undefined) return call;
    const slash = call.indexOf("/");
    const entry = slash < 0 ? call : call.slice(0, slash);
    return `${entry}#${this.#tag}${slash < 0 ? "" : call.slice(slash)}`;
  }
}
