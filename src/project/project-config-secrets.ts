import { messageOf } from "../errors/message-of.ts";
import { mapOf } from "../yaml/map-reader.ts";
import { type Field, fieldError, listOf, type Reader } from "../yaml/reader.ts";
import { filledText } from "../yaml/scalar-reader.ts";

const EXPECTS_ALLOWED = "text or /pattern/";

/** `/pattern/flags`; anything else is the text itself. */
const PATTERN = /^\/(?<source>.+)\/(?<flags>[a-z]*)$/s;

const ALLOWED_FLAGS = /^[imsu]*$/;

/** A text that only looks like a secret, or a pattern of such texts: with the flags `g` and `u`. */
const allowed: Reader<RegExp> = { expects: EXPECTS_ALLOWED, read: readAllowed };

/** What the project says of the search for secrets. */
export const secretSettings = mapOf({
  allow: listOf(allowed, { expects: "a list of texts or /patterns/" }),
});

function readAllowed(field: Field): RegExp {
  const text = filledText.read(field);
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
