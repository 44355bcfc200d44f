import { LlmDoError } from "../errors/llm-do-error.ts";

/** A pattern in texts and what stands for it in keys and in the file. */
export interface RewriteRule {
  /** Has the flag `g`. What it finds without a character is left alone. */
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** What a project says of texts that must not, or need not, be recorded as they are. */
export interface CassetteRules {
  /** Secret: replaced in keys, requests and answers alike. */
  readonly redact: readonly RewriteRule[];
  /** Different in every run: replaced in keys and requests; answers are kept as they were said. */
  readonly volatile: readonly RewriteRule[];
}

export const NO_RULES: CassetteRules = { redact: [], volatile: [] };

export type Rewrite = (text: string) => string;

/**
 * How often rules may change one text before they count as restless. Most change it once; more is
 * needed only where a replacement makes a new match together with the text beside it.
 */
const MAX_CHANGES = 100;

/**
 * One function for a list of rules; undefined when there are none, so that callers skip the walk.
 *
 * As long as any rule finds something, the first that does replaces all that it finds. So of every
 * text that the function returns:
 * - no rule changes it any more: rewriting it again gives the same text;
 * - it is the same whether or not the first rules of the list had been applied before: what was
 *   redacted for the file has the key of what was said.
 *
 * The function throws LlmDoError `configuration` for a text on which the rules never come to rest.
 */
export function rewriteOf(rules: readonly RewriteRule[]): Rewrite | undefined {
  if (rules.length === 0) return undefined;
  const longest = Math.max(1, ...rules.map(({ replacement }) => replacement.length));
  return (text) => {
    // One replacement for each character is the most that a text can come to by being replaced.
    const maxLength = text.length * longest;
    let out = text;
    let changes = 0;
    for (let index = 0; index < rules.length; ) {
      const rule = rules[index++] as RewriteRule; // the loop ends at the list's length
      const rewritten = apply(rule, out);
      if (rewritten === out) continue;
      if (++changes > MAX_CHANGES || rewritten.length > maxLength) throw restless(rule);
      out = rewritten;
      index = 0;
    }
    return out;
  };
}

function apply({ pattern, replacement }: RewriteRule, text: string): string {
  return text.replace(pattern, (found) => (found === "" ? "" : replacement));
}

/** Does not show the text: it may be secret. */
function restless({ pattern, replacement }: RewriteRule): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "apply",
    what: pattern.source,
    reason: `each ${JSON.stringify(replacement)} that replaces a match makes another match`,
    tries: ["write a pattern that does not look at the text around what it finds"],
  });
}
