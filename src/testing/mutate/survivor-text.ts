import { type RewriteRule, rewritesOf } from "../../cassette/rules.ts";
import { SecretScanner } from "../../cassette/secrets.ts";
import type { FoundRecording } from "../../cassette/session.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/project-config.ts";
import type { Change } from "./mutation.ts";

export interface Survivor {
  /** The name of the mutation. */
  readonly mutation: string;
  /** Undefined when the run did not come to what was to be changed. */
  readonly change: Change | undefined;
  /** What answered what the case does not ask; undefined where all that was asked was the same. */
  readonly recording: FoundRecording | undefined;
  /** The project's folder. */
  readonly folder: string;
  readonly host: Host;
}

/** What a person is told of a change that nobody noticed, and what to do about it. */
export async function survivorText(survivor: Survivor): Promise<string> {
  const { mutation, change, recording, folder, host } = survivor;
  if (!change) return neverHappened(mutation);
  const scanner = new SecretScanner(host.env);
  const { WordDiff } = await import("../../cassette/word-diff.ts"); // brings a diff library
  const { line } = new WordDiff(scanner.mask(change.before), scanner.mask(change.after));
  const { volatile } = loadProjectConfig(folder, host.files).rules;
  const hiding = recording ? volatile.filter((rule) => isHiddenBy(rule, change)) : [];
  return [
    `nobody notices a change of ${mutation}`,
    `  changed: ${line}`,
    ...(recording ? answeredLines(recording) : ["  all that was asked of models stayed the same"]),
    ...(recording ? narrowing(hiding) : []),
    ...advice(recording),
  ].join("\n");
}

function answeredLines({ key, call, place }: FoundRecording): readonly string[] {
  return [
    `  answered nevertheless: recording ${key}, call ${call === "" ? "unknown" : call}`,
    `    at ${formatPlace(place)}`,
  ];
}

function narrowing(rules: readonly RewriteRule[]): readonly string[] {
  return rules.map(
    ({ pattern }) =>
      `Try: narrow the volatile rule '${pattern.source}' of llm-do.yaml, which hides it`,
  );
}

function advice(recording: FoundRecording | undefined): readonly string[] {
  return recording
    ? ["Try: expect what follows from it: output, calls with their input, files"]
    : [
        "Try: expect what follows from it: output, calls with their input, files",
        "Try: or remove it, where nothing follows from it",
      ];
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
