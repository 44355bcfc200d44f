import { hash } from "node:crypto";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";

/** How two outputs are compared, declared before they are. */
export type Comparator =
  /** The same JSON; the order of keys does not matter. */
  | { readonly kind: "exact" }
  /** Texts, wherever they stand in the value, agree when they are the same after `normalizeText`. */
  | { readonly kind: "text"; readonly ignoreCase: boolean }
  /**
   * Numbers l and r, wherever they stand in the value, agree when
   * `|l - r| ≤ max(absolute, relative * max(|l|, |r|))`. So do two texts that are decimal numbers.
   */
  | { readonly kind: "number"; readonly absolute: number; readonly relative: number }
  /**
   * Texts that both are JSON, alone or in one fenced block, agree when their values do. Texts of which
   * one is not JSON, or has a number that JavaScript cannot hold, agree when they are the same.
   */
  | { readonly kind: "json"; readonly values: Comparator }
  /** Lists of equal length, compared item by item. */
  | { readonly kind: "list"; readonly items: Comparator }
  /** Lists that agree in some order: each item has a partner of its own in the other list. */
  | { readonly kind: "set"; readonly items: Comparator }
  /** Objects, field by field; those without a comparator of their own are compared exactly. */
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, Comparator> }
  /** A field that is not compared. */
  | { readonly kind: "ignore" };

/** Changed when the meaning of a description changes: its hash must change with it. */
const COMPARATOR_VERSION = "llm-do comparator 1";

/** The description of a comparator, as `readComparator` takes it, with all defaults written out. */
export function describeComparator(comparator: Comparator): Json {
  switch (comparator.kind) {
    case "exact":
    case "ignore":
      return comparator.kind;
    case "text":
      return { text: { ignore_case: comparator.ignoreCase } };
    case "number":
      return { number: { absolute: comparator.absolute, relative: comparator.relative } };
    case "json":
      return { json: describeComparator(comparator.values) };
    case "list":
      return { list: describeComparator(comparator.items) };
    case "set":
      return { set: describeComparator(comparator.items) };
    case "fields":
      return { fields: Object.fromEntries(describedFields(comparator.fields)) };
  }
}

function describedFields(fields: ReadonlyMap<string, Comparator>): readonly [string, Json][] {
  return [...fields].map(([name, comparator]) => [name, describeComparator(comparator)]);
}

/** SHA-256 of a comparator's description, in hexadecimal; the same for all ways to write it. */
export function comparatorHash(comparator: Comparator): string {
  const description = canonicalJson(describeComparator(comparator));
  return hash("sha256", `${COMPARATOR_VERSION}\n${description}`);
}
