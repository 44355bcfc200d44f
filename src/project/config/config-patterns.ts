import type { RewriteRule } from "../../cassette/rules/rules.ts";
import { messageOf } from "../../errors/message-of.ts";
import { about, byKind, converted, listOf, secret } from "../../format/combine.ts";
import { mapOf, required } from "../../format/map.ts";
import { type Field, type Format, fieldAt, fieldError, type ValueOf } from "../../format/reader.ts";
import { anyNumber, filledText, text, textLike } from "../../format/scalars.ts";
import { formatPath } from "../../yaml/path.ts";

/** A rule with where it stands, for errors about several rules. */
export interface PlacedRule extends RewriteRule {
  /** The whole item of the list. */
  readonly item: Field;
  /** The pattern in it, or the item itself where that is all. */
  readonly field: Field;
}

/** `g`: all matches count; `u`: a character is a code point, and a wrong escape is an error. */
const FLAGS = "gu";

const EXPECTS = "a regular expression or a map with pattern";

/** The keys of a rule that is a map. A pattern may hold what it is to hide. */
export const RULE = mapOf(
  {
    pattern: about(
      "a JavaScript regular expression",
      required(secret(filledText), "add pattern: REGULAR EXPRESSION"),
    ),
    replacement: about("stands for each match as it is written: `$1` has no meaning in it", text),
    number: about(
      "stands for a number that the pattern fits; default: as many digits, as in `900009`",
      anyNumber,
    ),
  },
  { expects: EXPECTS },
);

/** A list of rules. */
export function ruleList(defaultReplacement: string): Format<readonly PlacedRule[]> {
  const rule = byKind<PlacedRule>(EXPECTS, {
    scalar: converted(secret(textLike(EXPECTS, /\S/)), (source, field) => {
      const pattern = compileRule(field, source);
      const { place } = field.tree;
      return { item: field, field, pattern, replacement: defaultReplacement, place };
    }),
    map: converted(RULE, (written, field) => ruleOf(written, field, defaultReplacement)),
  });
  return listOf(rule, { expects: "a list of regular expressions" });
}

function ruleOf(
  { pattern, replacement, number }: ValueOf<typeof RULE>,
  item: Field,
  defaultReplacement: string,
): PlacedRule {
  const field = fieldAt(item, ["pattern"]);
  return {
    item,
    field,
    pattern: compileRule(field, pattern),
    replacement: replacement ?? defaultReplacement,
    ...(number === undefined ? {} : { number }),
    place: field.tree.place,
  };
}

function compileRule(field: Field, source: string): RegExp {
  try {
    return new RegExp(source, FLAGS);
  } catch (cause) {
    // V8 repeats the pattern, which may be what it is to hide: "... /(/gu: Unterminated group".
    const why = messageOf(cause).split(`/${FLAGS}: `).at(-1);
    const tries = /escape/i.test(why ?? "")
      ? [
          "put a backslash only before one of ^ $ \\ . * + ? ( ) [ ] { } | / or a letter with a meaning",
        ]
      : [];
    throw fieldError(field, `is not a regular expression: ${why}`, tries);
  }
}

/**
 * Makes sure that no rule finds anything in what a rule puts in place of a match: else a rewritten
 * text would be rewritten again, and its key would not fit it.
 *
 * @throws LlmDoError at the pattern that does
 */
export function checkStable(rules: readonly PlacedRule[]): void {
  const texts = ["", ...rules.map(({ replacement }) => replacement)];
  for (const rule of rules) {
    if (texts.some((found) => findsNothing(rule.pattern, found))) {
      const tries = ["write a pattern that takes at least one character"];
      throw fieldError(rule.field, "matches the empty text, which is everywhere", tries);
    }
    const other = rules.find(({ replacement }) => replacement.search(rule.pattern) >= 0);
    if (other) throw unstable(rule, other);
  }
}

/** Whether a pattern has a match of no characters in a text. */
function findsNothing(pattern: RegExp, text: string): boolean {
  return [...text.matchAll(pattern)].some(([match]) => match === "");
}

function unstable(rule: PlacedRule, other: PlacedRule) {
  const shown = JSON.stringify(other.replacement);
  const whose =
    rule === other ? "its own replacement" : `the replacement of "${formatPath(other.item.path)}"`;
  return fieldError(rule.field, `matches ${shown} again, ${whose}`, [
    "write a pattern that does not fit the replacement",
    "or give a replacement: { pattern: PATTERN, replacement: TEXT }",
  ]);
}

/** `/pattern/flags`; anything else is the text itself. */
const PATTERN = /^\/(?<source>.+)\/(?<flags>[a-z]*)$/s;

const ALLOWED_FLAGS = /^[imsu]*$/;

/** A text that only looks like a secret, or a pattern of such texts: with the flags `g` and `u`. */
const allowed = converted(secret(filledText), allowedPattern, "text or /pattern/");

/** What the project says of the search for secrets. */
export const secretSettings = mapOf({
  allow: about(
    "recorded as they are, though they look like secrets",
    listOf(allowed, { expects: "a list of texts or /patterns/" }),
  ),
});

function allowedPattern(text: string, field: Field): RegExp {
  const { source, flags = "" } = PATTERN.exec(text)?.groups ?? {};
  if (source === undefined) return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "gu");
  if (!ALLOWED_FLAGS.test(flags)) {
    throw fieldError(field, `has the flags "${flags}", and may have i, m and s`);
  }
  const pattern = compileAllowed(field, source, flags);
  // A pattern that fits nothing at all fits every secret.
  if ("".search(pattern) >= 0) {
    const tries = ["write what all of the allowed texts share"];
    throw fieldError(field, "matches the empty text, which is everywhere", tries);
  }
  return pattern;
}

function compileAllowed(field: Field, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, [...new Set(`${flags}gu`)].join(""));
  } catch (cause) {
    const why = messageOf(cause).split(": ").at(-1);
    throw fieldError(field, `is not a regular expression: ${why}`);
  }
}
