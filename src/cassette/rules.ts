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
}

export const NO_RULES: CassetteRules = { redact: [], volatile: [] };

export type Rewrite = (text: string) => string;

/** One function for a list of rules; undefined when there are none, so that callers skip the walk. */
export function rewriteOf(rules: readonly RewriteRule[]): Rewrite | undefined {
  if (rules.length === 0) return undefined;
  return (text) => {
    let out = text;
    for (const { pattern, replacement } of rules) out = out.replace(pattern, () => replacement);
    return out;
  };
}
