interface Generation {
  readonly major: number;
  readonly minor: number;
}

/** The first generation that decides by itself how much to think, as in Claude 4.6. */
const FIRST_ADAPTIVE: Generation = { major: 4, minor: 6 };

/**
 * The first generation that all take `output_config.format`: "all Claude 4.5 models and later",
 * https://documentation.s3ns.fr/gemini-enterprise-agent-platform/models/partner-models/claude/structured-outputs
 * (read 2026-11-22).
 */
const FIRST_WITH_OUTPUT_SCHEMA: Generation = { major: 4, minor: 5 };

/**
 * The first generation that refuses to go on from the beginning of an answer: "not supported on
 * Claude Opus 4.6" and later, https://platform.claude.com/docs/en/api/errors#prefill-not-supported
 * (known from the SDK's `MessageCreateParamsBase` and from errors of Sonnet 4.6 that people report).
 */
const FIRST_WITHOUT_PREFILL: Generation = { major: 4, minor: 6 };

/**
 * Whether a model goes on from an answer that ends the conversation. Of other makers' models behind
 * this wire it is taken to be so.
 */
export function takesPrefill(model: string): boolean {
  return !isClaudeSince(model, FIRST_WITHOUT_PREFILL);
}

/**
 * Whether a model takes the schema of its answer. Earlier models do not, and of other makers' models
 * behind this wire nothing is known.
 */
export function takesOutputSchema(model: string): boolean {
  return isClaudeSince(model, FIRST_WITH_OUTPUT_SCHEMA);
}

/**
 * Whether a model takes `thinking: {type: "adaptive"}` with an effort. Claude 4.6 and later do, and
 * the newest refuse a token budget; earlier models, and other makers' models behind this wire, know
 * only the budget.
 */
export function thinksAdaptively(model: string): boolean {
  return isClaudeSince(model, FIRST_ADAPTIVE);
}

/**
 * Whether a name is that of a Claude model of a generation or a later one. One without a version in
 * its name is newer than the numbering.
 *
 * Names end in `claude-sonnet-4-6`, `claude-haiku-4-5-20251001`, `claude-3-7-sonnet-20250219`: the
 * first number is the major version, the next the minor, and a number of eight digits is a date.
 */
function isClaudeSince(model: string, first: Generation): boolean {
  const name = /(?:^|[:./])claude-(.*)$/.exec(model)?.[1];
  if (name === undefined) return false;
  const version = /(?:^|-)(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(name);
  if (version === null) return true;
  const major = Number(version[1]);
  const minor = Number(version[2] ?? 0);
  if (major !== first.major) return major > first.major;
  return minor >= first.minor;
}
