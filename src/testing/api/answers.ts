import type { CassetteMode } from "../../cassette/state/session-state.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment, Host } from "../../host/host.ts";
import { openScript } from "../../project/run/local-models.ts";
import {
  checkModelPatterns,
  MODEL_REQUESTS_VARIABLE,
  readModelRequests,
  requestsInTests,
} from "../../project/run/model-requests.ts";
import type { ScriptTransport } from "../../providers/script/script.ts";
import { ScriptedTransport } from "./scripted-transport.ts";
import type { TestOptions } from "./test-options.ts";

/** The script of a test, and whether it is the test's own to look at. */
export interface TestScript {
  readonly script: ScriptTransport;
  readonly isShared: boolean;
}

/**
 * Opens what answers in the models' place.
 *
 * @throws LlmDoError `usage` for two that answer, `file` for a script that cannot be read
 */
export function openTestScript(
  { script, transport }: TestOptions,
  host: Host,
): TestScript | undefined {
  if (script === undefined) return undefined;
  if (transport) throw twoAnswer();
  if (typeof script === "string") return { script: openScript(script, host), isShared: false };
  if (isAnswers(script)) {
    return { script: new ScriptedTransport(script, host.clock), isShared: false };
  }
  return { script, isShared: true };
}

/** Lists that cannot change are lists, whatever the type of Array.isArray says. */
function isAnswers(
  script: Exclude<TestOptions["script"], string | undefined>,
): script is Exclude<typeof script, ScriptedTransport> {
  return Array.isArray(script);
}

/**
 * The environment of a test's run: in it, only those models may be asked that the test names, or that
 * somebody allows.
 *
 * @param mode what somebody told all tests to do with their cassettes
 * @throws LlmDoError `configuration` for a pattern of no model
 */
export function testEnvironment(
  env: Environment,
  { live, mode }: { readonly live: TestOptions["live"]; readonly mode: CassetteMode },
): Environment {
  if (live === undefined) {
    const said = env[MODEL_REQUESTS_VARIABLE] || requestsInTests(mode);
    const all = { ...env, [MODEL_REQUESTS_VARIABLE]: said };
    readModelRequests(all); // misspelt, it is an error also where nothing is asked
    return all;
  }
  const patterns = checkModelPatterns(live, "live");
  return { ...env, [MODEL_REQUESTS_VARIABLE]: patterns.join(",") || "off" };
}

function twoAnswer(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "run",
    what: "test",
    reason: "it names a script and a transport, and one of them must answer",
    tries: ["keep one of the two"],
  });
}
