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

const TOO_DEEP: Fault = { path: [], text: "is nested too deeply to be checked" };

/**
 * What checks values against a JSON Schema. It takes any value and changes none.
 *
 * @throws UnheldPart for a part that values could not be held to
 */
export function createChecker(
  jsonSchema: JsonSchema,
): (value: unknown) => StandardSchemaV1.Result<Json | undefined> {
  const document = readSchema(jsonSchema, new Set(Object.keys(format)));
  const fits = (value: Json, schema: Held) => {
    try {
      return library(value, schema, document, true).valid;
    } catch (error) {
      if (isOverflow(error)) return false;
      throw error;
    }
  };
  const defaults = new Defaults(document, fits);
  return (value) => {
    const copied = copyJson(value);
    if (copied.fault !== undefined) return invalid([{ path: copied.path, text: copied.fault }]);
    const given = copied.copy === undefined ? defaults.of(document.root) : copied.copy;
    if (given === undefined) return invalid([{ path: [], text: "is missing" }]);
    try {
      const filled = defaults.fill(given, document.root);
      if (fits(filled, document.root)) return { value: filled };
      // A default never refuses what fits without it.
      if (defaults.areAny && fits(given, document.root)) return { value: given };
      return invalid(faultsIn(filled, document));
    } catch (error) {
      if (isOverflow(error)) return invalid([TOO_DEEP]);
      throw error;
    }
  };
}

function library(value: Json, schema: Held, { targets }: HeldDocument, stopsEarly: boolean) {
  // Its type of a schema has members that may change; none is changed.
  return validate(
    value,
    schema as Schema,
    "2020-12",
    targets as Record<string, Schema>,
    stopsEarly,
  );
}

function faultsIn(value: Json, document: HeldDocument): readonly Fault[] {
  let units = library(value, document.root, document, true).errors;
  try {
    units = library(value, document.root, document, false).errors;
  } catch (error) {
    // A hundred thousand faults are too many for it; the first are enough.
    if (!isOverflow(error)) throw error;
  }
  return findFaults(value, units, document);
}

function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message);
}

function invalid(faults: readonly Fault[]): StandardSchemaV1.FailureResult {
  const shown = faults.length > 0 ? faults : [{ path: [], text: "does not fit" }];
  const issues = shown
    .slice(0, MAX_FAULTS)
    .map(({ path, text }) => ({ message: text, path: path.map(cut) }));
  const left = shown.length - issues.length;
  return { issues: left > 0 ? [...issues, { message: `and ${left} more` }] : issues };
}
