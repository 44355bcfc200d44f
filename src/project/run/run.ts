import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import { defaultMode } from "../../cassette/state/default-mode.ts";
import type { CassetteMode } from "../../cassette/state/session-state.ts";
import type { Host } from "../../host/host.ts";
import { nodeHost } from "../../host/node-host.ts";
import type { Message } from "../../model/message.ts";
import type { ModelTransport } from "../../model/transport.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { Watch } from "../../runtime/state/watch.ts";
import type { WorkerLimits } from "../../worker/limits.ts";
import { loadProjectConfig } from "../config/project-config.ts";
import { loadProject } from "../load-project.ts";
import type { Project } from "../project.ts";
import { attachmentFolders } from "./attachment-folders.ts";
import { historyOf } from "./history.ts";
import { runProject } from "./run-project.ts";
import { type RunReport, reportOf } from "./run-report.ts";

/** What `run` takes. */
export interface RunRequest {
  /** Paths of `.worker` and code files; the folder of the first is the project's folder. */
  readonly files: readonly string[];
  /**
   * What the entry is called with: a text, or what its input schema takes. A text stands for
   * `{ input: text }` where the schema has a property `input`. Files that it attaches must lie in the
   * project's folder or in {@link RunRequest.attachmentsFrom}: programs pass on what others wrote.
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
   * The conversation before the input: `report.messages` of an earlier run, or what `JSON.stringify`
   * and `JSON.parse` made of it. The entry must be a worker.
   */
  readonly messages?: readonly Message[];
  readonly cassette?: {
    readonly path: string;
    /** Default: `replay` where `CI` is set, else `auto`. */
    readonly mode?: CassetteMode;
    /** How many answers to record for each request. Default 1. */
    readonly samples?: number;
  };
  /** `live` runs all tools. `recorded` answers local and external ones from the cassette. */
  readonly tools?: "live" | "recorded";
  /** Path of a script that answers instead of every model. */
  readonly script?: string;
  /** Answers instead of every provider. With a cassette, it gets only what that does not answer. */
  readonly transport?: ModelTransport;
  /** Decides calls that no rule decides. Default `headless`: the run ends with `approval-needed`. */
  readonly approvals?: ApprovalPolicy | Asker;
  readonly limits?: WorkerLimits;
  readonly signal?: AbortSignal;
  /** Must not throw. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly onWarning?: (message: string) => void;
  /** Default: this process and this machine. */
  readonly host?: Host;
}

/** Opens what looks after the functions of a project that code answers for. */
type OpenWatch = (project: Project, host: Host) => Promise<Watch | undefined>;

/**
 * Loads a project and runs its entry.
 *
 * @param openWatch default: nobody looks after functions that code answers for
 * @throws LlmDoError whatever keeps the run from starting or ends it
 */
export async function run(
  request: RunRequest,
  openWatch: OpenWatch = async () => undefined,
): Promise<RunReport> {
  const { files, entry, cassette, tools, host = nodeHost() } = request;
  const project = await loadProject({ files, entry }, host);
  const outcome = await runProject(project, {
    host,
    config: loadProjectConfig(project.folder, host.files),
    input: request.input,
    inputBy: "program",
    attachmentsFrom: attachmentFolders(request.attachmentsFrom, host),
    model: request.model,
    history: historyOf(project.entry, request.messages),
    watch: await openWatch(project, host),
    script: request.script,
    transport: request.transport,
    approvals: request.approvals ?? "headless",
    limits: request.limits ?? {},
    signal: request.signal,
    onEvent: request.onEvent,
    onWarning: request.onWarning ?? (() => undefined),
    cassette: cassette && { ...cassette, mode: cassette.mode ?? defaultMode(host.env), tools },
  });
  return reportOf(outcome, cassette?.path);
}
