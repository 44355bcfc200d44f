import { basename } from "node:path";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace, type Place } from "../../errors/place.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { headerRun } from "../file/header.ts";
import { type EntrySlice, lineOf } from "../file/scan.ts";
import { rewriteJson } from "../rules/rewrite-request.ts";
import {
  type CassetteRules,
  describeRule,
  type Rewrite,
  type RewriteRule,
  rewritesOf,
} from "../rules/rules.ts";
import type { SecretScanner } from "../secrets/secret-scanner.ts";
import { type Difference, firstDifference, formatDifferencePath } from "./first-difference.ts";
import { TodaysEntries } from "./todays-rules.ts";

/** Something in a cassette that would not be written today. */
interface RuleFinding {
  /** The entry, or undefined for the header. */
  readonly slice: EntrySlice | undefined;
  readonly place: Place;
  /** As in `the rule '\\d{6}' in llm-do.yaml:2:5 finds something at input.account`. */
  readonly problem: string;
  /** Whether the rules as they are would replace it; else it is a secret that no rule finds. */
  readonly isRule: boolean;
}

/** What a cassette is looked at for. */
interface TodaysRules {
  readonly rules: CassetteRules;
  readonly scanner: SecretScanner;
}

/**
 * Finds what today's rules and the search for secrets would not let be written, at most one thing
 * for each entry. Entries that cannot be read are left out: they are somebody else's finding.
 *
 * @param which `secret`: what `redact` hides and credentials; `all`: what is volatile as well
 */
export function ruleFindings(
  file: CassetteFile,
  { rules, scanner }: TodaysRules,
  which: "secret" | "all",
): readonly RuleFinding[] {
  const { redact, request, restore } = rewritesOf(rules);
  const asked = which === "all" ? request : redact;
  const entries = new TodaysEntries({ redact, request: asked, restore });
  const counted = which === "all" ? [...rules.redact, ...rules.volatile] : rules.redact;
  const find = (slice: EntrySlice | undefined, fields: JsonObject, today: JsonObject) => {
    const change = today === fields ? undefined : firstDifference(fields, today);
    const found = change ? ruleFor(change, counted, asked) : secretIn(fields, scanner, file.path);
    if (!found) return [];
    const place = { file: file.path, line: slice ? lineIn(file, slice, found.rule) : 1 };
    return [{ slice, place, problem: found.problem, isRule: change !== undefined }];
  };
  const run = headerRun(file.text) ?? {};
  const header = find(undefined, run, asked ? rewriteJson(run, asked) : run);
  const inEntries = file.slices.flatMap((slice) => {
    const fields = fieldsIfReadable(file, slice);
    return fields ? find(slice, fields, entries.fields(slice.kind, fields)) : [];
  });
  return [...header, ...inEntries];
}

function fieldsIfReadable(file: CassetteFile, slice: EntrySlice): JsonObject | undefined {
  try {
    return file.fields(slice);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return undefined;
  }
}

interface Found {
  readonly problem: string;
  readonly rule: RewriteRule | undefined;
}

function ruleFor(
  { path, recorded }: Difference,
  rules: readonly RewriteRule[],
  rewrite: Rewrite | undefined,
): Found {
  const texts = [searchedText(recorded), String(path.at(-1))];
  const rule = rules.find(({ pattern }) => {
    const once = new RegExp(pattern.source, onceFlags(pattern));
    return texts.some((text) => once.test(text));
  });
  const where = formatDifferencePath(path);
  // A key of data may be what is to be hidden.
  const at = `at ${rewrite?.key?.(where) ?? where}`;
  if (!rule) return { rule, problem: `today's rules would write it otherwise, ${at}` };
  const { place } = rule;
  const from = place ? ` (${basename(place.file)}:${place.line})` : "";
  return { rule, problem: `${describeRule(rule)}${from} finds something ${at}` };
}

function searchedText(value: Json | undefined): string {
  return typeof value === "string" ? value : canonicalJson(value ?? null);
}

function onceFlags({ flags }: RegExp): string {
  return flags.replace(/[gy]/g, "");
}

function secretIn(fields: JsonObject, scanner: SecretScanner, path: string): Found | undefined {
  try {
    scanner.check(fields, path);
    return undefined;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    const problem = error.reason.replace(/^what is to be written/, "it");
    return { rule: undefined, problem };
  }
}

/** The line of what a rule finds, or of the entry where that is written in another form. */
function lineIn(file: CassetteFile, slice: EntrySlice, rule: RewriteRule | undefined) {
  const text = file.text.slice(slice.start, slice.end);
  const body = text.indexOf("\n") + 1; // behind the key
  const at = rule
    ? text.slice(body).search(new RegExp(rule.pattern.source, onceFlags(rule.pattern)))
    : -1;
  return file.line(slice) + lineOf(text, at < 0 ? 0 : body + at) - 1;
}

/**
 * Makes sure that a cassette holds nothing that would not be written today.
 *
 * @throws LlmDoError `cassette-refused` with the place of the first such thing
 */
export function checkTodaysRules(file: CassetteFile, today: TodaysRules): void {
  const findings = ruleFindings(file, today, "secret");
  const [first, ...others] = findings;
  if (!first) return;
  throw new LlmDoError({
    code: "cassette-refused",
    verb: "replay",
    what: file.path,
    reason: `it holds what would not be recorded today: ${first.problem}`,
    place: first.place,
    details: others.map(({ place, problem }) => `  ${formatPlace(place)}: ${problem}`),
    tries: ruleTries(findings, file.path),
  });
}

/** What to do about findings. */
function ruleTries(findings: readonly RuleFinding[], path: string): readonly string[] {
  const rekey = `llm-do cassette rekey ${shellQuote(path)}`;
  const isSecret = findings.some(({ isRule }) => !isRule);
  if (!isSecret) return [rekey, "or those of all cases: llm-do cassette rekey"];
  return [`replace it: a pattern under "redact" in llm-do.yaml, then ${rekey}`];
}
