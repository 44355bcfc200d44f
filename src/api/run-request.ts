import type { ApprovalPolicy } from "../approval/askers.ts";
import type { Asker } from "../approval/decide.ts";
import type { Host } from "../host/host.ts";
import type { Message } from "../model/message.ts";
import type { ModelTransport } from "../model/transport.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import type { Asking } from "../runtime/state/run-state.ts";
import type { Telemetry } from "../telemetry/telemetry-options.ts";
import type { WorkerLimits } from "../worker/limits.ts";
import type { Cassette, CassetteChoice } from "./cassette/opened-cassette.ts";

/** What a run of an open project takes. */
export interface ProjectRunRequest {
  /**
   * What the entry is called with: a text, or what its input schema takes. A text stands for
   * `{ input: text }` where the schema has a property `input`. Files that it attaches must lie in the
   * project's folder or in {@link ProjectRunRequest.attachmentsFrom}: programs pass on what others wrote.
   * An entry that is a worker also takes content and addresses there: see `AttachmentInput`.
   */
  readonly input: unknown;
  /**
   * Folders beside the project's own from which files may be attached, by `input` and by models;
   * relative paths begin at the host's current folder. Links are followed before a path is compared.
   */
  readonly attachmentsFrom?: readonly string[];
  /** Default: the worker that says `entry: true`, else `main`, else the only function. */
  readonly entry?: string;
  /** The entry's model, in place of its own. */
  readonly model?: string;
  /**
   * The conversation before the input: `messages` of an earlier report, or what `JSON.stringify` and
   * `JSON.parse` made of it. The entry must be a worker. A call without its result is an error.
   */
  readonly messages?: readonly Message[];
  /**
   * Where the run is recorded and replayed from: a path, or what `openCassette` opened for several
   * runs. Runs that name one path at the same time share it.
   */
  readonly cassette?: CassetteChoice | Cassette;
  /** `live` runs all tools. `recorded` answers local and external ones from the cassette. */
  readonly tools?: "live" | "recorded";
  /** Path of a script that answers instead of every model. */
  readonly script?: string;
  /** Answers instead of every provider. With a cassette, it gets only what that does not answer. */
  readonly transport?: ModelTransport;
  /** Decides calls that no rule decides. Default `headless`: the run ends with `approval-needed`. */
  readonly approvals?: ApprovalPolicy | Asker;
  /**
   * How a function in `approvals` is asked: `one-by-one`, or `at-once`, so that calls of one answer
   * that need approval are shown together. Default `one-by-one`.
   */
  readonly asking?: Asking;
  readonly limits?: WorkerLimits;
  readonly signal?: AbortSignal;
  /**
   * Gets each event as it happens. What it throws, or rejects with, ends the run with an error of the
   * code `call`. A promise that it returns is waited for before the run's result is there.
   */
  readonly onEvent?: (event: RunEvent) => void;
  readonly onWarning?: (message: string) => void;
  /**
   * OpenTelemetry spans of the run, its calls, requests and approvals. Default: there are some where a
   * provider of tracers is registered, or `OTEL_` variables name a collector. `false`: never.
   */
  readonly telemetry?: Telemetry;
}

/** What `run` and `start` take: a project's files, and what a run of it takes. */
export interface RunRequest extends ProjectRunRequest {
  /**
   * `.worker` and code files, as paths or `file:` URLs; the folder of the first is the project's
   * folder. Relative paths begin at the host's current folder.
   */
  readonly files: readonly (string | URL)[];
  /** Default: this process and this machine. */
  readonly host?: Host;
}
