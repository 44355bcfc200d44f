/** A pattern in texts and what stands for it in keys and in the file. */
export interface RewriteRule {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** What a project says of texts that must not, or need not, be recorded as they are. */
export interface CassetteRules {
  /** Secret: replaced in keys, requests and answers alike. */
  readonly redact: readonly RewriteRule[];
  /** Different in every run: replaced in keys and requests; answers are kept as they were said. */
  readonly volatile: readonly RewriteRule[];
  /** What only looks like a secret, with the flag `g`: written as it is. Default: nothing. */
  readonly allow?: readonly RegExp[];
}

export const NO_RULES: CassetteRules = { redact: [], volatile: [] };

export type Rewrite = (text: string) => string;

/** The rules as functions; undefined where there are none, so that callers skip the walk. */
export interface Rewrites {
  /** For what is asked, in the key and in the file: redact, then volatile. */
  readonly request: Rewrite | undefined;
  /** For what is answered, in the file. What was redacted is asked for by the key of what was said. */
  readonly redact: Rewrite | undefined;
  /** For what was answered, when a replay reads it: the folder of its run for {@link WORKSPACE}. */
  readonly restore: Rewrite | undefined;
}

/** What stands in a cassette for the folder that a run worked in, where that was a copy. */
const WORKSPACE = "<workspace>";

/**
 * How often rules are gone through for one text. Most texts need it once; more is needed only where
 * a replacement makes a new match together with the text beside it.
 */
const MAX_ROUNDS = 100;

/**
 * Makes functions of rules. What stands for a match is left alone even where a pattern fits it, and
 * a text that was rewritten is not changed by being rewritten again: a replay asks with the texts
 * that it was given.
 *
 * @param workFolder the folder for which {@link WORKSPACE} stands; undefined when for none
 */
export function rewritesOf(project: CassetteRules, workFolder?: string): Rewrites {
  const rules = workFolder === undefined ? project : withWorkFolder(project, workFolder);
  const restore =
    workFolder === undefined
      ? undefined
      : (text: string) => text.replaceAll(WORKSPACE, () => workFolder);
  const placeholders = [...rules.redact, ...rules.volatile]
    .map(({ replacement }) => replacement)
    .filter((text) => text !== "");
  const redact = settled(rules.redact.map((rule) => replacing(rule, placeholders)));
  const volatile = rules.volatile.map((rule) => replacing(rule, placeholders));
  return { redact, restore, request: settled([...(redact ? [redact] : []), ...volatile]) };
}

function withWorkFolder(
  { redact, volatile, ...others }: CassetteRules,
  workFolder: string,
): CassetteRules {
  const pattern = new RegExp(workFolder.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return { ...others, redact: [{ pattern, replacement: WORKSPACE }, ...redact], volatile };
}

/** Goes through the rewrites until they find nothing more. */
function settled(rewrites: readonly Rewrite[]): Rewrite | undefined {
  if (rewrites.length === 0) return undefined;
  return (text) => {
    let out = text;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = out;
      for (const rewrite of rewrites) out = rewrite(out);
      if (out === before) break;
    }
    return out;
  };
}

function replacing(
  { pattern, replacement }: RewriteRule,
  placeholders: readonly string[],
): Rewrite {
  // Whoever wrote the pattern meant all its matches, wherever they stand.
  const flags = `${pattern.flags.replace(/[gy]/g, "")}g`;
  const everywhere = { pattern: new RegExp(pattern.source, flags), replacement };
  return (text) => replaceMatches(text, everywhere, placeholders);
}

function replaceMatches(
  text: string,
  { pattern, replacement }: RewriteRule,
  placeholders: readonly string[],
): string {
  let out = "";
  let from = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    const end = index + match.length;
    if (match === "" || isPlaceholder(text, index, end, placeholders)) continue;
    out += text.slice(from, index) + replacement;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Whether a stretch of text lies wholly within a placeholder. */
function isPlaceholder(
  text: string,
  start: number,
  end: number,
  placeholders: readonly string[],
): boolean {
  return placeholders.some((placeholder) => {
    for (let at = Math.max(0, end - placeholder.length); at <= start; at++) {
      if (text.startsWith(placeholder, at)) return true;
    }
    return false;
  });
}
