import type { Json } from "../../model/json.ts";
import { MAX_DEPTH } from "./held-schema.ts";

/** A copy of a value with the number of values in it, or where it is nothing that JSON can say. */
type JsonCopy =
  | { readonly copy: Json | undefined; readonly size: number; readonly fault?: undefined }
  | { readonly fault: string; readonly path: readonly string[] };

/** Thrown by the copy below and caught in this file. */
class NotJson extends Error {
  readonly path: string[] = [];
}

/**
 * Copies a value as JSON: properties without a value are left out. Other than JSON's own writer it
 * refuses dates, functions and numbers such as NaN, which a schema cannot speak of.
 */
export function copyJson(value: unknown): JsonCopy {
  if (value === undefined) return { copy: undefined, size: 0 };
  const count = { size: 0 };
  try {
    return { copy: copied(value, 0, count), size: count.size };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    // The place of what is too deep is as long as it is deep.
    const path = error.message === TOO_DEEP ? [] : error.path.toReversed();
    return { fault: error.message, path };
  }
}

const TOO_DEEP = `is nested more than ${MAX_DEPTH} levels deep`;

function copied(value: unknown, depth: number, count: { size: number }): Json {
  count.size += 1;
  if (depth > MAX_DEPTH) throw new NotJson(TOO_DEEP);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) {
    // Array.from also visits holes, which are undefined.
    return Array.from(value, (item: unknown, index) =>
      inside(String(index), () => copied(item, depth + 1, count)),
    );
  }
  if (Object.prototype.toString.call(value) !== "[object Object]") {
    throw new NotJson(`is not JSON: ${kindOf(value)}`);
  }
  const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      if (!key.isWellFormed()) throw new NotJson("has a name with half a surrogate pair");
      return [key, inside(key, () => copied(inner, depth + 1, count))];
    }),
  );
}

function inside<Value>(step: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotJson) error.path.push(step);
    throw error;
  }
}

function kindOf(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  return `a ${Object.prototype.toString.call(value).slice("[object ".length, -1)}`;
}
