import {
  type ApprovalNeededFields,
  ERROR_EXIT_CODES,
  ERROR_FIELDS,
  type ErrorCode,
  type ErrorFieldsByCode,
  type ExitCode,
  type LimitErrorFields,
  type MissErrorFields,
  type ProviderErrorFields,
} from "./codes.ts";
import { maskAddresses } from "./masked-addresses.ts";
import { messageOf } from "./message-of.ts";
import { formatPlace, type Place } from "./place.ts";

const BRAND = Symbol.for("llm-do.error");

/**
 * One thing to try, in the words of whoever started the run: a person at the command line writes
 * flags, a program writes options. {@link adviseProgram} chooses the second.
 */
export interface Advice {
  /** As in `raise it with --max-calls`. */
  readonly flags: string;
  /** As in `raise it: limits: { maxCalls: 20 }`. */
  readonly options: string;
}

/** What every error is made from. */
export interface ErrorText {
  /** What was attempted, as an infinitive: `load`, `run`, `replay`. */
  readonly verb: string;
  /** What it was attempted on: a path, a function's name, a model. */
  readonly what: string;
  /** Why it failed, one line, no full stop. */
  readonly reason: string;
  readonly place?: Place | undefined;
  /** What the person can do, one line each. */
  readonly tries?: readonly (string | Advice)[] | undefined;
  /** Further lines between the place and the tries: a report, a diff. */
  readonly details?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** What each error advises a program. */
const PROGRAM_TRIES = new WeakMap<CodedError, readonly string[]>();

function same(hint: string): Advice {
  return { flags: hint, options: hint };
}

type CodeWithFields = keyof ErrorFieldsByCode;

/** The codes whose errors carry nothing but their text. */
export type PlainErrorCode = Exclude<ErrorCode, CodeWithFields>;

type CodeAndFields<Code extends CodeWithFields> = {
  readonly code: Code;
} & ErrorFieldsByCode[Code];

/** What an error is made from: its code, its text, and the fields that errors of its code carry. */
export type LlmDoErrorInit =
  | (ErrorText & { readonly code: PlainErrorCode })
  | { [Code in CodeWithFields]: ErrorText & CodeAndFields<Code> }[CodeWithFields];

/**
 * What errors of every code share. Extend this; make, name and catch an {@link LlmDoError}, whose
 * type is a union and so cannot be extended. Its texts show no credentials that addresses hold.
 */
export class CodedError extends Error {
  static {
    // Node shows the class's name beside the error's own, and people know it as LlmDoError.
    Object.defineProperty(CodedError, "name", { value: "LlmDoError" });
  }

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
    const what = maskAddresses(init.what);
    const reason = maskAddresses(init.reason);
    super(
      `Failed to ${init.verb} "${what}": ${reason}`,
      init.cause === undefined || hasField(init.code, "cause") ? undefined : { cause: init.cause },
    );
    this.code = init.code;
    this.what = what;
    this.reason = reason;
    this.place = init.place;
    const tries = (init.tries ?? []).map((hint) => (typeof hint === "string" ? same(hint) : hint));
    this.tries = tries.map(({ flags }) => maskAddresses(flags));
    PROGRAM_TRIES.set(
      this,
      tries.map(({ options }) => maskAddresses(options)),
    );
    this.details = (init.details ?? []).map(maskAddresses);
    Object.assign(this, errorFields(init));
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

/**
 * An error of one code, with the fields of {@link ErrorFieldsByCode} that errors of this code carry.
 */
export type LlmDoErrorOf<Code extends ErrorCode> = Code extends CodeWithFields
  ? CodedError & CodeAndFields<Code>
  : CodedError & { readonly code: Code };

/**
 * The one error that llm-do throws for what a person or program can act on. Anything else that is
 * thrown is a bug. A union that `code` tells apart: some codes carry fields of their own.
 *
 * `message` is the line `Failed to <verb> "<what>": <reason>`; `report()` adds the place and the
 * `Try:` lines.
 */
export type LlmDoError = LlmDoErrorOf<ErrorCode>;

// An alias: declarations of programs that name no interface of ours can spell it out.
type LlmDoErrorClass = {
  readonly prototype: LlmDoError;
  new (init: LlmDoErrorInit): LlmDoError;
};

// A class cannot have a union for its instances; the constructor sets the fields of each code.
export const LlmDoError = CodedError as LlmDoErrorClass;

/**
 * Returns true for an {@link LlmDoError} of this or another installed copy, and where a code is
 * given, of this code. `error.code === "provider"` afterwards narrows the type as the code would.
 */
export function isLlmDoError(value: unknown): value is LlmDoError;
export function isLlmDoError<Code extends ErrorCode>(
  value: unknown,
  code: Code,
): value is LlmDoErrorOf<Code>;
export function isLlmDoError(value: unknown, code?: unknown): boolean {
  if (typeof value !== "object" || value === null || !(BRAND in value)) return false;
  // As the callback of filter() or find() it is given an index.
  return typeof code !== "string" || ("code" in value && value.code === code);
}

/** The error for a flag or a word of the command line that cannot be used as it was given. */
export function wrongFlag(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "use", what, reason, tries });
}

/**
 * Lets an error speak to a program: its `tries` then name options of the API instead of flags. Call
 * it where a run that code started hands its error out.
 *
 * @returns the same error
 */
export function adviseProgram<Thrown>(error: Thrown): Thrown {
  const tries = error instanceof CodedError ? PROGRAM_TRIES.get(error) : undefined;
  return tries ? Object.assign(error as object, { tries }) && error : error;
}

/** Why something failed, to stand in a sentence that says what did. */
export function reasonOf(error: unknown): string {
  return isLlmDoError(error) ? error.reason : messageOf(error);
}

/** The fields that an error carries because of its code; none for most codes. */
export function errorFields(error: Pick<CodedError, "code">): AnyErrorFields {
  const { code } = error;
  const names = isCodeWithFields(code) ? ERROR_FIELDS[code] : [];
  // A field that may be absent is absent rather than undefined.
  const present = names.filter((name) => name in error);
  return Object.fromEntries(present.map((name) => [name, Reflect.get(error, name)]));
}

/** The fields of one code or another. */
type AnyErrorFields = Partial<
  ProviderErrorFields & LimitErrorFields & ApprovalNeededFields & MissErrorFields
> & { readonly reason?: string };

function hasField(code: ErrorCode, name: string): boolean {
  const names: readonly string[] = isCodeWithFields(code) ? ERROR_FIELDS[code] : [];
  return names.includes(name);
}

function isCodeWithFields(code: ErrorCode): code is CodeWithFields {
  return Object.hasOwn(ERROR_FIELDS, code);
}
