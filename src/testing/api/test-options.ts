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

/** How a test runs what it runs. Paths are relative to the current folder. */
export interface TestOptions {
  readonly cassette?: TestCassette;
  /**
   * What answers in the place of every model, behind the cassette: answers, a script that the test
   * looks at afterwards, or the path of a script file.
   */
  readonly script?: readonly ScriptedAnswer[] | ScriptedTransport | string;
  /** Answers in the place of every provider; behind the cassette, where there is one. */
  readonly transport?: ModelTransport;
  /**
   * The models that the test may ask, as patterns: `anthropic:*`. Default: none, but while
   * `llm-do test` records, those whose answers go into a cassette.
   */
  readonly live?: readonly string[];
  /** What runs in the place of functions, by their names. */
  readonly doubles?: Doubles;
  /** A folder; the run works in a copy of it, which goes away with the run's result. */
  readonly workspace?: string;
  /** The folder that the run works in, as it is. Default: the project's own. */
  readonly workFolder?: string;
  /**
   * Who answers what no rule answers: a policy, a function that decides, or answers by the name of
   * the function that is to run. Default `headless`: what is not on record ends the run.
   */
  readonly approvals?: ApprovalPolicy | Asker | Readonly<Record<string, "allow" | "deny">>;
  /** The entry's model, in place of its own. */
  readonly model?: string;
  /** `live` runs every tool, `recorded` answers local and external ones from the cassette. */
  readonly tools?: "live" | "recorded";
  readonly limits?: WorkerLimits;
  readonly signal?: AbortSignal;
  /** Must not throw. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Default: this process and this machine. */
  readonly host?: Host;
}

export interface TestCassette {
  readonly path: string;
  /** Default: what `llm-do test --mode` says, else `replay`. */
  readonly mode?: CassetteMode;
}

/** A run of a test, with everything it did. */
export interface TestRun<Output = Json> extends CaseRun<Output>, Disposable {
  /** Undefined for a run without one. */
  readonly cassette: Required<TestCassette> | undefined;
  /** Removes the copy of the workspace, where there is one. */
  [Symbol.dispose](): void;
}
