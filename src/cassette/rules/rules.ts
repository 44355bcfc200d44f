import type { Place } from "../../errors/place.ts";
import { compileRule, TextRewriter, untilSettled } from "./text-rewriter.ts";

/** A pattern in texts and numbers, and what stands for it in keys and in the file. */
export interface RewriteRule {
  readonly pattern: RegExp;
  readonly replacement: string;
  /** Stands for a number that the pattern fits. Default: one with as many digits, as in 900009. */
  readonly number?: number | undefined;
  /** Where the pattern stands in the project's file; undefined for rules of a program. */
  readonly place?: Place | undefined;
}

/**
 * Names a rule in an error: by its pattern as it is written, unless that is a plain text, which may
 * be the secret itself.
 */
export function describeRule({ pattern, replacement }: Omit<RewriteRule, "place">): string {
  const source = pattern.source.replaceAll("\\/", "/");
  const isPlain = !/[\\^$.*+?()[\]{}|]/.test(source.replaceAll(/\\[^\w]/g, ""));
  return isPlain ? `the rule for ${JSON.stringify(replacement)}` : `the rule ${quoted(source)}`;
}

function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
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

/**
 * What rules make of a whole text: one that is JSON stays JSON, and one of a well-known format keeps
 * that format where its rule is of `redact`.
 */
export interface Rewrite {
  (text: string): string;
  /** What they make of a name, such as the key of an object. Default: the same as of a text. */
  readonly key?: (text: string) => string;
  /** What they make of a number in JSON data. Default: the number. */
  readonly number?: (value: number) => number;
}

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
 * Makes functions of rules. What stands for a match is left alone even where a pattern fits it, and
 * a text or number that was rewritten is not changed by being rewritten again: a replay asks with
 * what it was given.
 *
 * @param workFolder the folder for which {@link WORKSPACE} stands; undefined when for none
 */
export function rewritesOf(project: CassetteRules, workFolder?: string): Rewrites {
  const folder = workFolder === undefined ? [] : [folderRule(workFolder)];
  const restore =
    workFolder === undefined
      ? undefined
      : (text: string) => text.replaceAll(WORKSPACE, () => workFolder);
  const hidden = [...folder, ...project.redact.map((rule) => compileRule(rule, "typed"))];
  // What is volatile is never given back to a run, so that its texts need no format.
  const volatile = project.volatile.map((rule) => compileRule(rule, "plain"));
  // What another run wrote for its folder is left alone as well.
  const all = [...hidden, ...volatile, FOLDER];
  const redact = hidden.length === 0 ? undefined : rewriteOf(new TextRewriter(hidden, all));
  const later = volatile.length === 0 ? undefined : rewriteOf(new TextRewriter(volatile, all));
  return { redact, restore, request: redact && later ? both(redact, later) : (redact ?? later) };
}

const FOLDER = compileRule({ pattern: /(?!)/, replacement: WORKSPACE }, "folder");

function folderRule(workFolder: string) {
  const pattern = new RegExp(workFolder.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return compileRule({ pattern, replacement: WORKSPACE }, "folder");
}

interface WholeRewrite extends Required<Pick<Rewrite, "key" | "number">> {
  (text: string): string;
}

function rewriteOf(rewriter: TextRewriter): WholeRewrite {
  const { text, key, number } = rewriter;
  return Object.assign((said: string) => text(said), { key, number });
}

/** One rewrite after the other, until neither finds anything more. */
function both(first: WholeRewrite, second: WholeRewrite): WholeRewrite {
  return Object.assign((text: string) => untilSettled(text, (said) => second(first(said))), {
    key: (text: string) => untilSettled(text, (said) => second.key(first.key(said))),
    number: (value: number) => second.number(first.number(value)),
  });
}

/**
 * What rules may have made of a request when it was recorded: no rules, or today's without one of
 * them.
 */
export function olderRewrites({
  redact,
  volatile,
}: CassetteRules): readonly (Rewrite | undefined)[] {
  if (redact.length + volatile.length === 0) return [];
  const without = [
    { redact, volatile: [] },
    { redact: [], volatile },
    ...redact.map((_rule, index) => ({ redact: redact.toSpliced(index, 1), volatile })),
    ...volatile.map((_rule, index) => ({ redact, volatile: volatile.toSpliced(index, 1) })),
  ];
  return [undefined, ...without.map((rules) => rewritesOf(rules).request)];
}

/** The rules as a text that is the same for the same rules. */
export function rulesText({ redact, volatile, allow }: CassetteRules = NO_RULES): string {
  const texts = [...redact, ...volatile].map(
    ({ pattern, replacement }) => `${pattern.source}/${pattern.flags}/${String(replacement)}`,
  );
  return JSON.stringify([redact.length, texts, String(allow ?? "")]);
}
