import { type RewriteRule, rewritesOf } from "../../cassette/rules/rules.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import type { FoundRecording } from "../../cassette/session/session.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import type { Change } from "./mutation.ts";

export interface Survivor {
  /** The name of the mutation. */
  readonly mutation: string;
  /** Undefined when the run did not come to what was to be changed. */
  readonly change: Change | undefined;
  /** What answered what the case does not ask; undefined where all that was asked was the same. */
  readonly hiding: FoundRecording | undefined;
  /** What gave the result that was changed; undefined where no recording did. */
  readonly giving: FoundRecording | undefined;
  /** The project's folder. */
  readonly folder: string;
  readonly host: Host;
}

/** What a person is told of a change that nobody noticed, and what to do about it. */
export async function survivorText(survivor: Survivor): Promise<string> {
  const { mutation, change, hiding, giving, folder, host } = survivor;
  if (!change) return neverHappened(mutation);
  const scanner = new SecretScanner(host.env);
  const { WordDiff } = await import("../../cassette/miss/word-diff.ts"); // brings a diff library
  const { line } = new WordDiff(scanner.mask(change.before), scanner.mask(change.after));
  const { volatile } = loadProjectConfig(folder, host.files).rules;
  const rules = hiding ? volatile.filter((rule) => isHiddenBy(rule, change)) : [];
  return [
    `nobody notices a change of ${mutation}`,
    `  changed: ${line}`,
    ...(hiding ? found("answered nevertheless", hiding) : []),
    ...(giving ? found("recorded", giving) : []),
    ...(hiding ? [] : ["  all that models were asked is the same"]),
    ...rules.map(narrowing),
    "Try: expect what follows from it: output, calls with their input, files",
    ...(hiding ? [] : ["Try: or remove it, where nothing follows from it"]),
  ].join("\n");
}

function found(how: string, { key, call, place }: FoundRecording): readonly string[] {
  const of = call === "" ? "" : `, call ${call}`;
  return [`  ${how}: recording ${key}${of}`, `    at ${formatPlace(place)}`];
}

function narrowing({ pattern }: RewriteRule): string {
  return `Try: narrow the volatile rule '${pattern.source}' of llm-do.yaml, which hides it`;
}

function isHiddenBy(rule: RewriteRule, { before, after }: Change): boolean {
  const { request } = rewritesOf({ redact: [], volatile: [rule] });
  return request !== undefined && request(before) === request(after);
}

function neverHappened(mutation: string): string {
  return [
    `${mutation} could not be changed: it did not come to be when the case was run again`,
    "Try: make the case the same in every run: ctx.now() and ctx.random() are recorded, others not",
  ].join("\n");
}
