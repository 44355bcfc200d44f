import type { Place } from "../errors/place.ts";

/**
 * Types of the project's functions by name: `{ input: ...; output: ... }`, and `checked` if a function's
 * own code gets another type than callers pass. `llm-do types` writes the declaration file that fills
 * it. From then on `ctx.call` and `ctx.functions` accept these names only.
 *
 * @example
 * declare module "llm-do" {
 *   interface FunctionTypes {
 *     analyzer: { input: string; output: string };
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: declaration files of projects fill it
export interface FunctionTypes {}

/** Names of functions: any text until `llm-do types` has written the names. */
export type FunctionName = [keyof FunctionTypes] extends [never] ? string : keyof FunctionTypes;

/** What a function takes. */
export type FunctionInput<Name, Functions = FunctionTypes> = Name extends keyof Functions
  ? Functions[Name] extends { readonly input: infer Input }
    ? Input
    : unknown
  : unknown;

/**
 * What a function's own code gets: its input as its schema made it, with defaults. Where nothing is
 * written down about that, it is the input without the text that may stand for an object.
 */
export type CheckedInput<Name> = Name extends keyof FunctionTypes
  ? FunctionTypes[Name] extends { readonly checked: infer Checked }
    ? Checked
    : WithoutText<FunctionInput<Name>>
  : unknown;

type WithoutText<Input> = [Exclude<Input, string>] extends [never] ? Input : Exclude<Input, string>;

/** What a function gives. */
export type FunctionOutput<Name, Functions = FunctionTypes> = Name extends keyof Functions
  ? Functions[Name] extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown;

/** A worker of code, as its callers know it: what `worker` makes is one. */
export interface CallableWorker<In = unknown, Out = unknown> {
  /** For TypeScript only; no worker has it. */
  readonly "~types"?: { readonly input: In; readonly output: Out };
  /** What `worker` got. */
  readonly spec: { readonly name?: string; readonly instructions: string };
  /** Where `worker` was called, with an absolute path. Undefined where the stack does not say. */
  readonly place: Place | undefined;
}

/** What callers may pass: `In`, or a text where `{ input: text }` is all that is needed. */
export type TextOr<In> =
  | In
  | ("input" extends keyof In ? ({ input: string } extends In ? string : never) : never);

/** What `ctx.call` passes to a function: by its name, or to a worker of code. */
export type CalledWith<Target> =
  Target extends CallableWorker<infer In, infer _> ? TextOr<In> : FunctionInput<Target>;

/** What `ctx.call` gets from it. */
export type CallGives<Target> =
  Target extends CallableWorker<infer _, infer Out> ? Out : FunctionOutput<Target>;
