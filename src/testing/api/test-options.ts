import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import type { CassetteMode } from "../../cassette/state/session-state.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { WorkerLimits } from "../../worker/limits.ts";
import type { CaseRun } from "../run/case-run.ts";
import type { Doubles } from "./doubles.ts";
import type { ScriptedAnswer, ScriptedTransport } from "./scripted-transport.ts";

/** Options of `runTest` and `runTool`. Paths are relative to the current folder. */
export interface TestOptions {
  readonly cassette?: TestCassette;
  /**
   * Answers instead of every model, if the cassette does not: a list of answers, a script that the test
   * inspects afterwards, or the path of a script file.
   */
  readonly script?: readonly ScriptedAnswer[] | ScriptedTransport | string;
  /** Answers instead of every provider. With a cassette, it gets only what that does not answer. */
  readonly transport?: ModelTransport;
  /**
   * Models that the test may ask, as patterns: `anthropic:*`. Default: none, except that a run with a
   * cassette may ask models while `llm-do test` records.
   */
  readonly live?: readonly string[];
  /** Code that runs instead of functions, by their names. */
  readonly doubles?: Doubles;
  /** The run works in a copy of this folder, which is removed when the result is disposed. */
  readonly workspace?: string;
  /** The folder that the run works in, as it is. Default: the project's own. */
  readonly workFolder?: string;
  /**
   * Decides calls that no rule decides: a policy, a function, or `allow` and `deny` by the name of the
   * function. Default `headless`: a call that needs an approval which is not recorded ends the run.
   */
  readonly approvals?: ApprovalPolicy | Asker | Readonly<Record<string, "allow" | "deny">>;
  /** The entry's model, in place of its own. */
  readonly model?: string;
  /** `live` runs all tools. `recorded` answers local and external ones from the cassette. */
  readonly tools?: "live" | "recorded";
  readonly limits?: WorkerLimits;
  readonly signal?: AbortSignal;
  /** Must not throw. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Default: this process and this machine. */
  readonly host?: Host;
}

/** The cassette of a test. */
export interface TestCassette {
  readonly path: string;
  /** Default: what `llm-do test --mode` says, else `replay`. */
  readonly mode?: CassetteMode;
}

/** The result of a run in a test, with everything that it did. */
export interface TestRun<Output = Json> extends CaseRun<Output>, Disposable {
  /** Undefined for a run without a cassette. */
  readonly cassette: Required<TestCassette> | undefined;
  /** Removes the copy of the workspace, if there is one. */
  [Symbol.dispose](): void;
}
