/**
 * What the project's functions take and give, by name: `{ input: ...; output: ... }`, with `checked`
 * where a function's own code gets something else than its callers pass. Empty until a declaration
 * file fills it, which `llm-do types` writes; from then on `ctx.call` and `ctx.functions` know these
 * names and no others.
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

/** The functions that can be called: any name, until the names are known. */
export type FunctionName = [keyof FunctionTypes] extends [never] ? string : keyof FunctionTypes;

/** What a function takes. */
export type FunctionInput<Name> = Name extends keyof FunctionTypes
  ? FunctionTypes[Name] extends { readonly input: infer Input }
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
export type FunctionOutput<Name> = Name extends keyof FunctionTypes
  ? FunctionTypes[Name] extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown;
