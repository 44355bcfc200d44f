import { dirname } from "node:path";
import { rewriteJson } from "../../cassette/rules/rewrite-request.ts";
import {
  type CassetteRules,
  NO_RULES,
  type Rewrite,
  rewritesOf,
} from "../../cassette/rules/rules.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import type { ExitCode } from "../../errors/codes.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import type { CaseOutcome } from "../cases/run/run-case.ts";
import type { CallRecord, CaseRun } from "../run/case-run.ts";
import type { Failure } from "../run/failure.ts";
import { readEntries } from "./read-entries.ts";
import type { RecordedEntry } from "./recorded-entry.ts";

/** All that a case did, for the report: JSON, with no secret in it. */
export interface CaseTrace {
  /** Where the case begins, as `file:line:column`. */
  readonly place: string;
  readonly input: Json;
  readonly failures: readonly Failure[];
  /** Undefined when the case could not be run. */
  readonly run: RunTrace | undefined;
  /** What its cassette holds after the run. */
  readonly entries: readonly RecordedEntry[];
}

export interface RunTrace {
  readonly entry: string;
  readonly output: Json | undefined;
  readonly exitCode: ExitCode;
  readonly calls: readonly CallRecord[];
  /** How many answers each call got, by its id. */
  readonly answers: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** Writes down all that a case did. What must not be in a cassette must not be here either. */
export function traceOf(one: TestCase, { run, failures }: CaseOutcome, host: Host): CaseTrace {
  const trace = {
    place: formatPlace(one.place),
    input: one.input,
    failures,
    run: run && runTrace(run),
    entries: one.cassette === "none" ? [] : readEntries(one.cassette, host.files),
  };
  const [main = ""] = one.files;
  const scanner = new SecretScanner(host.env);
  const { redact } = rewritesOf(rulesOf(main, host), run?.workFolder);
  // It is JSON but for fields that are undefined, which the other process would not see either.
  const json = JSON.parse(JSON.stringify(trace)) as Json;
  const hidden = rewriteJson(json, (text) => scanner.mask(redact ? redact(text) : text));
  return (redact ? hideNumbers(hidden, redact) : hidden) as unknown as CaseTrace;
}

/** Fields that hold what was said; other numbers are lines, codes and counts. */
const SAID = new Set(["input", "output"]);

function hideNumbers(value: Json, redact: Rewrite): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => hideNumbers(item, redact));
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      SAID.has(key) ? rewriteJson(field, redact) : hideNumbers(field, redact),
    ]),
  );
}

function runTrace({ events, calls, output, exitCode, warnings }: CaseRun): RunTrace {
  const answers: Record<string, number> = {};
  let entry = "";
  for (const event of events) {
    if (event.kind === "run-start") entry = event.entry;
    if (event.kind !== "model-response") continue;
    answers[event.callId] = (answers[event.callId] ?? 0) + 1;
  }
  return { entry, output, exitCode, calls, answers, warnings };
}

/**
 * The rules of the project that a file belongs to. Where they cannot be read, nothing was run that
 * they are about.
 */
export function rulesOf(main: string, { files }: Host): CassetteRules {
  try {
    return loadProjectConfig(dirname(main), files).rules;
  } catch (error) {
    if (isLlmDoError(error)) return NO_RULES;
    throw error;
  }
}
