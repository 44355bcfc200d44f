import { canonicalJson } from "../model/canonical.ts";
import type { Json } from "../model/json.ts";
import { normalizeText } from "./normalize-text.ts";

/** Whether two values agree as they are, without looking into them. */
export type LeafAgreement = (left: Json, right: Json) => boolean;

interface Tolerance {
  /** In the unit of the numbers. */
  readonly absolute: number;
  /** A share of the larger of both. */
  readonly relative: number;
}

/** A number in decimal notation and nothing else. */
const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

export function sameJson(left: Json, right: Json): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
}

/** Two texts agree when they are the same after normalization, other values when they are the same. */
export function sameText(options: { readonly ignoreCase: boolean }): LeafAgreement {
  return (left, right) => {
    if (typeof left !== "string" || typeof right !== "string") return sameJson(left, right);
    return left === right || normalizeText(left, options) === normalizeText(right, options);
  };
}

/**
 * Two numbers, or two texts that are decimal numbers, agree when they are close,
 * `|l - r| ≤ max(absolute, relative * max(|l|, |r|))`; other values when they are the same.
 */
export function closeNumbers({ absolute, relative }: Tolerance): LeafAgreement {
  return (left, right) => {
    if (sameJson(left, right)) return true;
    const [one, other] = [numberIn(left), numberIn(right)];
    if (typeof left !== typeof right || one === undefined || other === undefined) return false;
    const scale = Math.max(Math.abs(one), Math.abs(other));
    return Math.abs(one - other) <= Math.max(absolute, relative * scale);
  };
}

function numberIn(value: Json): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : undefined;
}
