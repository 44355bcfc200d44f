import type * as FastCheck from "fast-check";
import { isJsonObject, type Json } from "../model/json.ts";
import type { TemplateList } from "./templates/template-list.ts";

const BRAND = Symbol.for("llm-do.domain");

/** fast-check, however it was imported: as a default or as a namespace. */
export type FastCheckLibrary = Omit<typeof FastCheck, "default">;

/** The inputs for which code may answer in a prompt's place, and what must hold of its answers. */
export interface DomainSpec<Input = unknown, Output = unknown> {
  /** Whether code may answer; a text says why it may not, and the prompt answers then. */
  accepts(input: Input): true | string;
  /** Inputs of the domain, for property tests; fast-check is handed in, so that runs do without. */
  generate?(fc: FastCheckLibrary): FastCheck.Arbitrary<Input>;
  /** Whether an answer can be right; a text says why it cannot, and the prompt answers then. */
  check?(input: Input, output: Output): true | string;
  /** The templates that are all that it accepts; `listedTemplates` makes them. */
  readonly templates?: TemplateList | undefined;
}

export interface Domain {
  accepts(input: unknown): true | string;
  readonly generate: ((fc: FastCheckLibrary) => FastCheck.Arbitrary<unknown>) | undefined;
  check(input: unknown, output: unknown): true | string;
  /** Undefined where it may accept inputs of templates that it does not list. */
  readonly templates: TemplateList | undefined;
}

/**
 * Declares which inputs a hardened tool may answer. The domain routes calls at run time, generates inputs in
 * tests, and predicts how often the prompt will still be asked.
 *
 * @example
 * export const shortNames = domain<{ input: string }>({
 *   accepts: ({ input }) => input.length <= 20 || "the name is longer than 20 characters",
 *   generate: (fc) => fc.record({ input: fc.string({ maxLength: 20 }) }),
 * });
 */
export function domain<Input = unknown, Output = unknown>(spec: DomainSpec<Input, Output>): Domain {
  const { generate } = spec;
  const made: Domain & { readonly [BRAND]: true } = {
    [BRAND]: true,
    // Inputs were validated by the worker's schema, outputs by the tool's.
    accepts: (input) => spec.accepts(input as Input),
    generate: generate && ((fc) => generate(fc)),
    // A check that says nothing has not said true.
    check: (input, output) => (spec.check ? spec.check(input as Input, output as Output) : true),
    templates: spec.templates,
  };
  return made;
}

/** Whether a value was made by `domain` of this or another installed copy. */
export function isDomain(value: unknown): value is Domain {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** What a hardened tool may answer instead of a plain value. */
export type HardenedAnswer<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  /** The tool declines: the prompt is asked. */
  | { readonly ok: false; readonly reason: string };

/** A hardened tool's output: its value, or why it declined. */
export type ReadAnswer =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "declined"; readonly reason: string };

/** Reads what a tool gave: `{ ok: true, value }`, `{ ok: false, reason }`, or the value itself. */
export function readHardenedAnswer(output: Json): ReadAnswer {
  if (!isJsonObject(output) || typeof output["ok"] !== "boolean") {
    return { kind: "value", value: output };
  }
  const { ok, value, reason } = output;
  const keys = Object.keys(output).filter((key) => key !== "ok");
  if (ok && keys.length === 1 && value !== undefined) return { kind: "value", value };
  if (!ok && keys.length === 1 && typeof reason === "string") return { kind: "declined", reason };
  return { kind: "value", value: output };
}
