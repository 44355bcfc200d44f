import type * as FastCheck from "fast-check";
import { isJsonObject, type Json } from "../../model/json.ts";
import { type Domain, domain, type FastCheckLibrary } from "../domain.ts";
import type { Schema } from "../schema.ts";
import type { Hole } from "./hole.ts";
import { placeIn } from "./template.ts";
import { type ListedTemplate, type TemplateFile, templateFile } from "./template-file.ts";
import { type PatternsOf, type TemplateList, templateList } from "./template-list.ts";

/** The guard that a list of templates makes: what `domain` takes. */
export interface ListedTemplates<Input = unknown, Output = unknown> {
  /** Whether an input has one of the templates; a text says that it has not. */
  accepts(input: Input): true | string;
  /** Inputs that have them, with the examples among them. */
  generate(fc: FastCheckLibrary): FastCheck.Arbitrary<Input>;
  /** Whether an answer has a template that answers had, where the list has some of those. */
  check(input: Input, output: Output): true | string;
  /** The templates themselves, by which `compare` knows that the guard lists them. */
  readonly templates: TemplateList;
}

/**
 * The guard of a hardened tool: it may answer for inputs that have a template of the list, which
 * `llm-do harden` mines from the recordings to learn from.
 *
 * @param data the parsed contents of a `templates.json`
 * @param schema what generated inputs fit; default: anything does
 *
 * @example
 * import templates from "./hardening/iso_date/templates.json" with { type: "json" };
 *
 * export const dates = domain<Input, Output>(listedTemplates(templates, inputSchema));
 *
 * @throws LlmDoError `file` for other contents, or a template that does not fit its example
 */
export function listedTemplates<Input = unknown, Output = unknown>(
  data: unknown,
  schema?: Schema,
): ListedTemplates<Input, Output> {
  return guardParts(templateFile(data, FILE), FILE, schema);
}

const FILE = "templates.json";

/**
 * The guard that a file of templates makes by itself, for a tool without one.
 *
 * @param file the path that errors name
 * @throws LlmDoError `file` where a template does not fit its example
 */
export function guardOf(list: TemplateFile, file: string, schema?: Schema): Domain {
  return domain(guardParts(list, file, schema));
}

function guardParts<Input, Output>(
  { inputs, answers }: TemplateFile,
  file: string,
  schema: Schema | undefined,
): ListedTemplates<Input, Output> {
  const templates = templateList(inputs, file);
  const known = answers && templateList(answers, file);
  return {
    accepts: (input) => templates.templateOf(input) !== undefined || "no template fits it",
    check: (_input, output) =>
      !known || known.templateOf(output) !== undefined || "no answer had its template",
    generate: (fc) => inputsOf(inputs, { templates, schema, fc }) as FastCheck.Arbitrary<Input>,
    templates,
  };
}

interface Generating {
  readonly templates: ReturnType<typeof templateList>;
  readonly schema: Schema | undefined;
  readonly fc: FastCheckLibrary;
}

function inputsOf(list: readonly ListedTemplate[], { templates, schema, fc }: Generating) {
  return fc.constantFrom(...list.map(({ example }) => example)).chain((example) =>
    // Never filtered: where few variants fit, a filter would look for ever.
    variantsOf(example, { fc, patterns: templates.patterns, place: "" }).map((variant) =>
      templates.templateOf(variant) !== undefined && fits(schema, variant) ? variant : example,
    ),
  );
}

function fits(schema: Schema | undefined, value: Json): boolean {
  if (!schema) return true;
  const checked = schema["~standard"].validate(value);
  return !(checked instanceof Promise) && !checked.issues;
}

type Arbitrary = FastCheck.Arbitrary<Json>;

interface Varying {
  readonly fc: FastCheckLibrary;
  readonly patterns: PatternsOf;
  readonly place: string;
}

/** Values that are mostly of the template of an example: each hole keeps its chunk or gets another. */
function variantsOf(example: Json, varying: Varying): Arbitrary {
  const { fc, place } = varying;
  if (typeof example === "boolean") return fc.boolean();
  if (typeof example === "number") return numbersLike(example, fc);
  if (typeof example === "string") return textsLike(example, varying);
  if (example === null) return fc.constant(null);
  if (isJsonObject(example)) {
    const fields: Readonly<Record<string, Arbitrary>> = Object.fromEntries(
      Object.entries(example).map(([key, value]) => [
        key,
        variantsOf(value, { ...varying, place: placeIn(place, key) }),
      ]),
    );
    return fc.record(fields, { noNullPrototype: true });
  }
  const inner = { ...varying, place: placeIn(place, "[]") };
  return fc.tuple(...example.map((item) => variantsOf(item, inner)));
}

function numbersLike(example: number, fc: FastCheckLibrary): Arbitrary {
  if (!Number.isSafeInteger(example)) return fc.constant(example);
  const far = Math.min(Number.MAX_SAFE_INTEGER, Math.abs(example) * 10 + 10);
  const others =
    example < 0 ? fc.integer({ min: -far, max: -1 }) : fc.integer({ min: 0, max: far });
  return fc.oneof(fc.constant(example), others);
}

function textsLike(example: string, { fc, patterns, place }: Varying): Arbitrary {
  const pattern = patterns(place, example);
  if (!pattern) return fc.constant(example);
  const { between, parts } = pattern;
  const texts = parts.map((part) =>
    typeof part === "string" ? fc.constant(part) : chunksIn(part, fc),
  );
  const made = fc
    .tuple(...texts)
    .map((chunks) => between.map((text, index) => text + (chunks[index] ?? "")).join(""));
  return fc.oneof(fc.constant(example), made);
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const UNITS: Readonly<Record<string, string>> = {
  A: UPPER,
  a: UPPER.toLowerCase(),
  "9": DIGITS,
  N: DIGITS,
  x: "日本語中文字",
};
const MOST_LETTERS = 8;
const MOST_DIGITS = 9;
const MANY = 5;

/** Chunks that may stand there, mostly: joining signs may fall where no chunk has them. */
function chunksIn(hole: Hole, fc: FastCheckLibrary): FastCheck.Arbitrary<string> {
  switch (hole.kind) {
    case "choice":
      return fc.constantFrom(...hole.values);
    case "shapes":
      return fc.constantFrom(...hole.shapes).chain((shape) => chunksLike(shape, fc));
    case "characters": {
      const units = [...hole.classes].flatMap((sign) => [...(UNITS[sign] ?? sign)]);
      const maxLength = Math.min(hole.most, MOST_LETTERS * 2);
      return fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength });
    }
  }
}

function chunksLike(shape: string, fc: FastCheckLibrary): FastCheck.Arbitrary<string> {
  const runs = [...shape].map((sign) => {
    const units = UNITS[sign];
    if (units === undefined) return fc.constant(sign);
    const unit = fc.constantFrom(...units);
    if (sign === "9") return unit;
    const length =
      sign === "N"
        ? { minLength: MANY, maxLength: MOST_DIGITS }
        : { minLength: 1, maxLength: MOST_LETTERS };
    return fc.string({ unit, ...length });
  });
  return fc.tuple(...runs).map((parts) => parts.join(""));
}
