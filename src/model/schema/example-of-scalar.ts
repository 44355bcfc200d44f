import type { JsonObject } from "../json.ts";

/** One value for each format that JSON Schema defines and tools commonly ask for. */
const FORMAT_EXAMPLES: ReadonlyMap<string, string> = new Map([
  ["date-time", "2026-01-02T03:04:05Z"],
  ["date", "2026-01-02"],
  ["time", "03:04:05Z"],
  ["duration", "P1D"],
  ["email", "someone@example.com"],
  ["hostname", "example.com"],
  ["ipv4", "192.0.2.1"], // 192.0.2.0/24 and 2001:db8::/32 are for examples: RFC 5737, RFC 3849
  ["ipv6", "2001:db8::1"],
  ["uri", "https://example.com/"],
  ["uri-reference", "https://example.com/"],
  ["uuid", "00000000-0000-4000-8000-000000000000"],
]);

/** Texts that are tried against a `pattern`; what none of them fits gets a text that does not. */
const PATTERN_CANDIDATES = [
  ...FORMAT_EXAMPLES.values(),
  ...["a", "A", "0", "1", "aa", "AA", "00", "Aa", "abc", "ABC", "123", "a1", "A1", "a-1", "a_1"],
  ...["03:04", "03:04:05", "1.0.0", "v1.0.0", "#000000", "/a", "./a", "a.txt", "a/b", "0.1", "-1"],
];

/** Beyond this no common multiple of 1 and a `multipleOf` is looked for. */
const MAX_STEPS_TO_INTEGER = 1000;

/** How far from exact a quotient of two decimal fractions may be, as `0.3 / 0.1` is. */
const QUOTIENT_ERROR = 1e-9;

/**
 * A text that fits `format`, `minLength`, `maxLength` and, where one of a few common texts does,
 * `pattern`.
 *
 * @param variant 0 for the usual example; other numbers give other texts where that is possible
 */
export function exampleString(schema: JsonObject, variant: number): string {
  const format = typeof schema.format === "string" ? schema.format : "";
  const known = variant === 0 ? FORMAT_EXAMPLES.get(format) : undefined;
  const plain = plainText(schema, variant);
  const candidates = [...(known === undefined ? [] : [known]), plain];
  const pattern = patternOf(schema);
  if (!pattern) return candidates[0] ?? plain;
  const fitting = [...candidates, ...PATTERN_CANDIDATES].filter(
    (text) => pattern.test(text) && fitsLength(schema, text),
  );
  return fitting[variant % Math.max(1, fitting.length)] ?? plain;
}

/** The pattern, unless it is none that can be read: then it says nothing that can be kept. */
function patternOf({ pattern }: JsonObject): RegExp | undefined {
  if (typeof pattern !== "string") return undefined;
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}

function plainText(schema: JsonObject, variant: number): string {
  const { min, max } = lengths(schema);
  const text = variant === 0 ? "a" : `a${variant}`;
  // The end tells variants apart, so it is the beginning that is filled up or cut.
  const filled = text.padStart(min, "a");
  return filled.slice(Math.max(0, filled.length - max));
}

function fitsLength(schema: JsonObject, text: string): boolean {
  const { min, max } = lengths(schema);
  return text.length >= min && text.length <= max;
}

function lengths(schema: JsonObject): { min: number; max: number } {
  return {
    min: numberOf(schema, "minLength") ?? 0,
    max: numberOf(schema, "maxLength") ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * A number within the bounds that is a multiple as asked, preferably 1; undefined when none was
 * found.
 */
export function exampleNumber(
  schema: JsonObject,
  variant: number,
  isInteger: boolean,
): number | undefined {
  const bounds = boundsOf(schema);
  const step = stepOf(numberOf(schema, "multipleOf"), isInteger);
  const fitting = new Set(
    candidates(bounds, step, variant).filter(
      (value) => within(bounds, value) && onGrid(value, step),
    ),
  );
  return [...fitting][variant] ?? [...fitting][0];
}

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly above: number;
  readonly below: number;
}

function boundsOf(schema: JsonObject): Bounds {
  return {
    from: numberOf(schema, "minimum") ?? Number.NEGATIVE_INFINITY,
    to: numberOf(schema, "maximum") ?? Number.POSITIVE_INFINITY,
    above: numberOf(schema, "exclusiveMinimum") ?? Number.NEGATIVE_INFINITY,
    below: numberOf(schema, "exclusiveMaximum") ?? Number.POSITIVE_INFINITY,
  };
}

function within({ from, to, above, below }: Bounds, value: number): boolean {
  return Number.isFinite(value) && value >= from && value <= to && value > above && value < below;
}

function onGrid(value: number, step: number): boolean {
  if (step === 0) return true;
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) < QUOTIENT_ERROR;
}

/** The distance between neighbouring values; 0 where every number will do. */
function stepOf(multipleOf: number | undefined, isInteger: boolean): number {
  if (multipleOf === undefined) return isInteger ? 1 : 0;
  if (!isInteger) return multipleOf;
  for (let steps = 1; steps <= MAX_STEPS_TO_INTEGER; steps++) {
    const value = steps * multipleOf;
    if (onGrid(value, 1)) return Math.round(value);
  }
  return multipleOf;
}

function candidates(bounds: Bounds, step: number, variant: number): number[] {
  const low = Math.max(bounds.from, bounds.above);
  const high = Math.min(bounds.to, bounds.below);
  const unit = step === 0 ? 1 : step;
  const values = [1, unit, 0];
  for (let count = 0; count <= variant + 1; count++) {
    values.push((Math.ceil(low / unit) + count) * unit, (Math.floor(high / unit) - count) * unit);
    values.push(count * unit);
  }
  return [...values, low, high, (low + high) / 2];
}

function numberOf(schema: JsonObject, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? value : undefined;
}
