import { hash } from "node:crypto";
import { extname } from "node:path";

/** Stands between the name of a case and that of a model, and in no name that a case makes. */
const SEPARATOR = "@";

/** A model's name that is told from all others by its letters alone, whatever the file system. */
const PLAIN = /^[a-z0-9][a-z0-9.-]{0,39}:[a-z0-9][a-z0-9.-]{0,79}$/;

/** Characters of a name that a file's name keeps, and of the hash that tells such names apart. */
const KEPT_LENGTH = 60;
const HASH_LENGTH = 8;

/**
 * The cassette of a case with another model than its own: `greets@anthropic_claude-haiku-4-5.yaml`
 * beside `greets.yaml`. No two models have the same, nor do they where case is ignored.
 *
 * @param cassette that of the case, absolute
 */
export function modelCassette(cassette: string, model: string): string {
  const ending = extname(cassette);
  const stem = ending === "" ? cassette : cassette.slice(0, -ending.length);
  return `${stem}${SEPARATOR}${modelSlug(model)}${ending}`;
}

/**
 * The cassette of the case that another model's cassette belongs to; undefined for a cassette that is
 * not another model's.
 */
export function caseCassetteOf(cassette: string): string | undefined {
  const ending = extname(cassette);
  const stem = ending === "" ? cassette : cassette.slice(0, -ending.length);
  const at = stem.lastIndexOf(SEPARATOR);
  return at > stem.lastIndexOf("/") + 1 ? stem.slice(0, at) + ending : undefined;
}

/** A model's name as part of a file's name. A plain one has no `_` but that for its colon. */
function modelSlug(model: string): string {
  if (PLAIN.test(model)) return model.replace(":", "_");
  const kept = model
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .slice(0, KEPT_LENGTH);
  // Without a `_`, it is the name of no plain one.
  return `${kept}~${hash("sha256", model).slice(0, HASH_LENGTH)}`;
}
