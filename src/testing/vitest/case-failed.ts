import { formatPlace, type Place } from "../../errors/place.ts";
import type { Failure } from "../run/failure.ts";

/**
 * What a test runner shows of a case that failed: the failures, with the case's place in its file
 * as the only line of the stack.
 */
export class CaseFailed extends Error {
  override readonly name = "CaseFailed";
  /** Compared by the runner line by line, where it is one text that is wrong. */
  readonly actual?: string;
  readonly expected?: string;

  constructor(failures: readonly Failure[], place: Place) {
    const message = failures.map((failure) => failure.message).join("\n");
    super(message);
    const compared = failures.find((failure) => failure.expected !== undefined);
    if (compared?.actual !== undefined && compared.expected !== undefined) {
      this.actual = compared.actual;
      this.expected = compared.expected;
    }
    this.stack = `${message}\n    at ${formatPlace(place)}`;
  }
}
