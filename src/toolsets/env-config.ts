import { byKind, converted, listOf, recordOf, secret } from "../format/combine.ts";
import { type Format, fieldError } from "../format/reader.ts";
import { scalar, textLike } from "../format/scalars.ts";

/** What a program gets beside the small environment, as a worker's file says it. */
export interface ProgramVariables {
  /** Names of variables that are passed on; those that are not set are left out. */
  readonly passed: readonly string[];
  /** Values as they are written, with `${NAME}` for variables. */
  readonly written: Readonly<Record<string, string>>;
}

export const NO_VARIABLES: ProgramVariables = { passed: [], written: {} };

/** What every system takes as the name of a variable. */
const NAME = { expects: "the name of a variable", pattern: /^[^=\0]+$/ };

/** A number is what a person meant as a text. */
export const textOrNumber: Format<string> = scalar(
  "text",
  { type: ["string", "number"] },
  ({ value }) =>
    typeof value === "string" || typeof value === "number" ? String(value) : undefined,
);

const variable: Format<string> = converted(textOrNumber, (value, field) => {
  if (value.includes("\0")) throw fieldError(field, "holds a NUL character");
  return value;
});

const EXPECTED = "a list of names, or a map of texts";

const passed = listOf(textLike(NAME.expects, NAME.pattern), { expects: EXPECTED });
const written = recordOf(variable, { expects: EXPECTED, names: NAME });

/** `env` of a toolset. Its values may be secrets. */
export const ENV: Format<ProgramVariables> = secret(
  byKind(EXPECTED, {
    list: converted(passed, (names): ProgramVariables => ({ passed: names, written: {} })),
    map: converted(
      written,
      (texts): ProgramVariables => ({ passed: [], written: Object.fromEntries(texts) }),
    ),
  }),
);
