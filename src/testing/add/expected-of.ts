import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { MATCHER_KEYS } from "../cases/file/value-matcher.ts";
import type { CallRecord, CaseRun } from "../run/case-run.ts";

/** Most characters of an input that a call is expected with: more is read as noise. */
const MOST_CHARACTERS = 60;

/** What a run did, as a case expects it; a beginning that a person edits. */
export function expectedOf(run: CaseRun): JsonObject {
  const calls = callsOf(run.calls);
  return { ...endingOf(run), ...(calls.length === 0 ? {} : { calls }) };
}

function endingOf({ error, exitCode, output }: CaseRun): JsonObject {
  if (error) return { exit_code: exitCode, error: { code: error.code } };
  return { output: asMatcher(output ?? null) };
}

/** One expectation for each function that was called, in the order of their first calls. */
function callsOf(calls: readonly CallRecord[]): readonly JsonObject[] {
  const byName = Map.groupBy(calls, (call) => call.function);
  return [...byName].map(([name, [first, ...others]]) => {
    const input = others.length === 0 ? shortInput(first?.input) : undefined;
    const said = input === undefined ? {} : { input };
    return { function: name, ...said, times: others.length + 1 };
  });
}

function shortInput(input: Json | undefined): Json | undefined {
  if (input === undefined || JSON.stringify(input).length > MOST_CHARACTERS) return undefined;
  return asMatcher(input);
}

/** A value that is read as itself and not as a map of matchers. */
function asMatcher(value: Json): Json {
  return value === null || holdsMatcher(value) ? { equals: value } : value;
}

function holdsMatcher(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => MATCHER_KEYS.includes(key))) return true;
  return Object.values(value).some(holdsMatcher);
}
