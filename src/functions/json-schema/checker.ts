import { format, type Schema, validate } from "@cfworker/json-schema";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Json, JsonSchema } from "../../model/json.ts";
import { cut, type Fault } from "./fault.ts";
import { Defaults } from "./fill-defaults.ts";
import { findFaults } from "./find-faults.ts";
import type { Held, HeldDocument } from "./held-schema.ts";
import { copyJson } from "./json-copy.ts";
import { readSchema, UnheldPart } from "./read-schema.ts";

export { UnheldPart };

/** Most faults that are told of one value. */
const MAX_FAULTS = 20;

/**
 * References that are followed for one value, and for each value in it. Alternatives that go into
 * the same parts multiply with each level; what is larger than this is no longer a check.
 */
const MAX_STEPS = { atAll: 10_000, each: 200 };

/** The same, to list all faults rather than the first. */
const MAX_STEPS_FOR_FAULTS = { atAll: 5_000, each: 20 };

const FORMATS: ReadonlySet<string> = new Set(Object.keys(format));

/**
 * What checks values against a JSON Schema. It takes any value and changes none.
 *
 * @throws UnheldPart for a part that values could not be held to
 */
export function createChecker(
  jsonSchema: JsonSchema,
): (value: unknown) => StandardSchemaV1.Result<Json | undefined> {
  const document = readSchema(jsonSchema, FORMATS);
  const library = new BoundedLibrary(document);
  const defaults = bounded(
    () => new Defaults(document, (value, schema) => library.fits(value, schema)),
    () => {
      const reason = "has a default that is too large to be checked against it";
      throw new UnheldPart({ path: [], reason, hint: "write fewer alternatives" });
    },
  );
  return (value) => {
    const copied = copyJson(value);
    if (copied.fault !== undefined) return invalid([{ path: copied.path, text: copied.fault }]);
    const given = copied.copy === undefined ? defaults.of(document.root) : copied.copy;
    if (given === undefined) return invalid([{ path: [], text: "is missing" }]);
    library.begin(copied.size);
    return bounded(
      () => {
        const filled = defaults.fill(given, document.root);
        if (library.fits(filled, document.root)) return { value: filled };
        // A default never refuses what fits without it.
        if (defaults.areAny && library.fits(given, document.root)) return { value: given };
        return invalid(findFaults(filled, library.faults(filled), document));
      },
      () => invalid([{ path: [], text: "is too large to be checked against the schema" }]),
    );
  };
}

/** Thrown where a check would take too long. */
class TooManySteps extends Error {}

/** The library, which knows no bounds of its own. */
class BoundedLibrary {
  #size = 0;
  #stepsLeft = MAX_STEPS.atAll;
  readonly #root: Held;
  readonly #targets: Record<string, Held> = Object.create(null);

  constructor({ root, targets }: HeldDocument) {
    this.#root = root;
    for (const [key, target] of Object.entries(targets)) {
      const get = () => {
        this.#stepsLeft -= 1;
        if (this.#stepsLeft < 0) throw new TooManySteps();
        return target;
      };
      Object.defineProperty(this.#targets, key, { get });
    }
  }

  /** Begins the check of a value with so many values in it. */
  begin(size: number): void {
    this.#size = size;
    this.#stepsLeft = MAX_STEPS.atAll + MAX_STEPS.each * size;
  }

  fits(value: Json, schema: Held): boolean {
    return this.#validate(value, schema, true).valid;
  }

  /** All that is wrong with a value, or the first fault where all would be too many. */
  faults(value: Json) {
    const first = this.#validate(value, this.#root, true).errors;
    this.#stepsLeft = MAX_STEPS_FOR_FAULTS.atAll + MAX_STEPS_FOR_FAULTS.each * this.#size;
    return bounded(
      () => this.#validate(value, this.#root, false).errors,
      () => first,
    );
  }

  #validate(value: Json, schema: Held, stopsEarly: boolean) {
    // Its types have members that may change; it changes none.
    const targets = this.#targets as Record<string, Schema>;
    return validate(value, schema as Schema, "2020-12", targets, stopsEarly);
  }
}

/** Does what may take too long, or need a deeper stack of calls than there is. */
function bounded<Result>(work: () => Result, instead: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const isOverflow = error instanceof RangeError && /call stack/.test(error.message);
    if (error instanceof TooManySteps || isOverflow) return instead();
    throw error;
  }
}

function invalid(faults: readonly Fault[]): StandardSchemaV1.FailureResult {
  const shown = faults.length > 0 ? faults : [{ path: [], text: "does not fit" }];
  const issues = shown
    .slice(0, MAX_FAULTS)
    .map(({ path, text }) => ({ message: text, path: path.map(cut) }));
  const left = shown.length - issues.length;
  return { issues: left > 0 ? [...issues, { message: `and ${left} more` }] : issues };
}
