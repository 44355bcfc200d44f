import { hash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";

/**
 * The texts of well-known formats that stand for what one rule hides, so that what checks a format
 * takes them. They are made of the rule's replacement alone.
 */
export interface TypedPlaceholders {
  readonly email: string;
  readonly uri: string;
  readonly hostname: string;
  readonly uuid: string;
  readonly date: string;
  readonly time: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** The replacement itself, as a URI may hold it. */
  readonly encoded: string;
}

export function typedPlaceholders(replacement: string): TypedPlaceholders {
  const words =
    replacement
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join("-") ?? "";
  const named = words === "" || words.includes("redacted") ? words : `redacted-${words}`;
  const name = named.slice(0, 60).replace(/-$/, "") || "redacted";
  const digest = hash("sha256", replacement);
  const small = Number.parseInt(digest.slice(0, 6), 16);
  const [month, day] = [1 + (small % 12), 1 + (Math.floor(small / 12) % 28)];
  return {
    email: `${name}@example.invalid`,
    uri: `https://${name}.example.invalid/`,
    hostname: `${name}.example.invalid`,
    uuid: `00000000-0000-4000-8000-${digest.slice(0, 12)}`,
    // A year in which little happened that is on record.
    date: `1900-${twoDigits(month)}-${twoDigits(day)}`,
    time: `00:${twoDigits(small % 60)}:${twoDigits(Math.floor(small / 60) % 60)}`,
    // Networks for examples: RFC 5737, RFC 3849.
    ipv4: `192.0.2.${1 + (small % 254)}`,
    ipv6: `2001:db8::${(1 + (small % 0xfffe)).toString(16)}`,
    encoded: encodeURIComponent(replacement),
  };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** The typed texts that may stand within a longer one, the longest first. */
export function embeddable(typed: TypedPlaceholders, replacement: string): readonly string[] {
  const { email, uri, hostname, uuid, date, time, ipv4, ipv6, encoded } = typed;
  const dated = [`${date}T${time}Z`, `${date}T${time}`, date, `${time}Z`, time];
  const texts = [...dated, uri, email, hostname, uuid, ipv6, ipv4];
  // One that is written as it stands needs no other form.
  if (encoded !== replacement) texts.push(encoded);
  return texts.toSorted((left, right) => right.length - left.length);
}

/** What a rule made of a whole text. */
interface Replaced {
  readonly text: string;
  /** With the rule's replacement in the place of each match. */
  readonly plain: string;
  readonly typed: TypedPlaceholders;
  readonly replacement: string;
}

interface Format {
  readonly fits: (text: string) => boolean;
  readonly stand: (replaced: Replaced) => string;
}

const ZONED = /(?:Z|[+-]\d\d:\d\d)$/;

/** From the most to the least specific. */
const FORMATS: readonly Format[] = [
  {
    fits: matches(/^[\w.'+-]*[\w+-]@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}$/),
    stand: ({ typed }) => typed.email,
  },
  {
    fits: matches(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i),
    stand: ({ typed }) => typed.uuid,
  },
  {
    fits: matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/),
    stand: ({ typed, text }) => `${typed.date}T${typed.time}${ZONED.test(text) ? "Z" : ""}`,
  },
  { fits: matches(/^\d{4}-\d\d-\d\d$/), stand: ({ typed }) => typed.date },
  {
    fits: matches(/^\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/),
    stand: ({ typed, text }) => `${typed.time}${ZONED.test(text) ? "Z" : ""}`,
  },
  { fits: isIPv4, stand: ({ typed }) => typed.ipv4 },
  { fits: isIPv6, stand: ({ typed }) => typed.ipv6 },
  { fits: isUri, stand: uriInstead },
  {
    // The names of files look alike, so that the last part has to be one of domains.
    fits: matches(
      /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|edu|gov|int|io|dev|app|ai|co|info|biz|eu|de|uk|fr|nl|ch|at|it|es|jp|us|ca|au|local|internal|lan|test|example|invalid)$/i,
    ),
    stand: ({ typed }) => typed.hostname,
  },
  // Telephone numbers and other numbers that are kept as text.
  { fits: isDigits, stand: ({ text }) => digitsInstead(text) },
];

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

function isUri(text: string): boolean {
  if (!/^(?:[a-z][a-z0-9+.-]*:\/\/|mailto:)[^\s<>"{}|\\^`]+$/i.test(text)) return false;
  return !/%(?![0-9a-f]{2})/i.test(text) && URL.canParse(text);
}

/** A URI keeps what is not hidden where it can, so that two addresses stay two. */
function uriInstead({ plain, typed, replacement }: Replaced): string {
  const encoded = replacement === "" ? plain : plain.replaceAll(replacement, () => typed.encoded);
  return isUri(encoded) ? encoded : typed.uri;
}

/** Fewer digits with signs between them are a range or a version. */
const FEWEST_DIGITS = 7;

function isDigits(text: string): boolean {
  if (/^\d+$/.test(text)) return true;
  if (!/^\+?\(?\d[\d ().-]*\d$/.test(text)) return false;
  return text.replace(/\D/g, "").length >= FEWEST_DIGITS;
}

/** The same layout with other digits: 9, zeros, 9. */
function digitsInstead(text: string): string {
  const last = text.search(/\d\D*$/);
  const first = text.search(/\d/);
  return text.replace(/\d/g, (_digit, at: number) => (at === first || at === last ? "9" : "0"));
}

/** Characters of the longest text that is looked at for a format: an address with its query. */
const LONGEST_FORMAT = 2048;

/**
 * What stands for a whole text of which something is hidden: where the text has a well-known format
 * and the plain replacement has not, a text of that format; else the plain replacement.
 */
export function keepFormat(replaced: Replaced): string {
  if (replaced.text.length > LONGEST_FORMAT) return replaced.plain;
  const format = FORMATS.find(({ fits }) => fits(replaced.text));
  if (!format || format.fits(replaced.plain)) return replaced.plain;
  return format.stand(replaced);
}

/** Digits that a double holds exactly whatever they are. */
const MOST_DIGITS = 15;

/**
 * The number that stands for a hidden one where its rule names none: of the same sign and with as
 * many digits before the point, as in 900009; with .5 where it was no whole number.
 */
export function numberInstead(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 ? -1 : 1;
  const isWhole = !Number.isFinite(value) || Number.isInteger(value);
  if (!isWhole && size < 1) return sign * 0.5;
  // From 1e21 on a number is written with an exponent.
  const digits = size < 1e21 ? String(Math.trunc(size)).length : MOST_DIGITS;
  const count = Math.min(digits, MOST_DIGITS);
  const whole = count === 1 ? 9 : 9 * 10 ** (count - 1) + 9;
  return sign * (isWhole ? whole : whole + 0.5);
}

/** Whether a number is one that {@link numberInstead} gives. */
export function isNumberInstead(value: number): boolean {
  return numberInstead(value) === value;
}
