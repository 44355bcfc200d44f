/** The first generation that decides by itself how much to think, as in Claude 4.6. */
const FIRST_ADAPTIVE = { major: 4, minor: 6 };

/**
 * Whether a model takes `thinking: {type: "adaptive"}` with an effort. Claude 4.6 and later do, and
 * the newest refuse a token budget; earlier models, and other makers' models behind this wire, know
 * only the budget. A Claude model without a version in its name is newer than the numbering.
 *
 * Names end in `claude-sonnet-4-6`, `claude-haiku-4-5-20251001`, `claude-3-7-sonnet-20250219`: the
 * first number is the major version, the next the minor, and a number of eight digits is a date.
 */
export function thinksAdaptively(model: string): boolean {
  const name = /(?:^|[:./])claude-(.*)$/.exec(model)?.[1];
  if (name === undefined) return false;
  const version = /(?:^|-)(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(name);
  if (version === null) return true;
  const major = Number(version[1]);
  const minor = Number(version[2] ?? 0);
  if (major !== FIRST_ADAPTIVE.major) return major > FIRST_ADAPTIVE.major;
  return minor >= FIRST_ADAPTIVE.minor;
}
