import { ERROR_EXIT_CODES, type ErrorCode } from "./codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import { formatPlace, type Place } from "./place.ts";

const BRAND = Symbol.for("llm-do.error");

export interface LlmDoErrorInit {
  readonly code: ErrorCode;
  /** What was attempted, as an infinitive: `load`, `run`, `replay`. */
  readonly verb: string;
  /** What it was attempted on: a path, a function's name, a model. */
  readonly what: string;
  /** Why it failed, one line, no full stop. */
  readonly reason: string;
  readonly place?: Place | undefined;
  /** What the person can do, one line each. */
  readonly tries?: readonly string[] | undefined;
  /** Further lines between the place and the tries: a report, a diff. */
  readonly details?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * The one error that llm-do throws for what a person or program can act on. Anything else that is
 * thrown is a bug.
 *
 * `message` is the line `Failed to <verb> "<what>": <reason>`; {@link LlmDoError.report} adds the
 * place and the `Try:` lines.
 */
export class LlmDoError extends Error {
  override readonly name: string = "LlmDoError";
  readonly code: ErrorCode;
  /** What was attempted on: a path, a function's name, a model. */
  readonly what: string;
  readonly reason: string;
  readonly place: Place | undefined;
  readonly tries: readonly string[];
  readonly details: readonly string[];
  /** Survives two installed copies of the package, which `instanceof` does not. */
  readonly [BRAND] = true;

  constructor(init: LlmDoErrorInit) {
    super(
      `Failed to ${init.verb} "${init.what}": ${init.reason}`,
      init.cause === undefined ? undefined : { cause: init.cause },
    );
    this.code = init.code;
    this.what = init.what;
    this.reason = init.reason;
    this.place = init.place;
    this.tries = init.tries ?? [];
    this.details = init.details ?? [];
  }

  /** The exit code that a command ends with when this error reaches it. */
  get exitCode(): ExitCode {
    return ERROR_EXIT_CODES[this.code];
  }

  /** The whole text for a person: message, place, details, `Try:` lines; no stack trace. */
  report(): string {
    const lines = [this.message];
    if (this.place) lines.push(`  at ${formatPlace(this.place)}`);
    lines.push(...this.details);
    lines.push(...this.tries.map((hint) => `Try: ${hint}`));
    return lines.join("\n");
  }
}

/** Whether a thrown value is an {@link LlmDoError} of this or another installed copy. */
export function isLlmDoError(value: unknown): value is LlmDoError {
  return typeof value === "object" && value !== null && BRAND in value;
}
