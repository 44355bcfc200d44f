import type { ApprovalPolicy } from "../approval/askers.ts";
import { Turns } from "../approval/turns.ts";
import { waitForCassette } from "../cassette/file/lock.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { watchOf } from "../hardening/watch/watch-of.ts";
import type { Host } from "../host/host.ts";
import { loadProjectConfig } from "../project/config/project-config.ts";
import { loadProject } from "../project/load-project.ts";
import type { Project } from "../project/project.ts";
import { cassetteOf, limitsOf, type RunFlags } from "../project/run/run-flags.ts";
import type { ProjectOutcome, ProjectRun } from "../project/run/run-project.ts";
import { createRunView } from "../ui/run-view.ts";
import { type ServedFunction, servedFunctions } from "./served-functions.ts";

/** What all clients of a server share. */
export interface McpService {
  readonly project: Project;
  readonly served: ReadonlyMap<string, ServedFunction>;
  readonly version: string;
  /** What each call's run has beside its function, its input and its cassette. */
  readonly run: Omit<ProjectRun, "input" | "approvals" | "signal" | "onBehalfOf" | "cassette">;
  readonly turns: CassetteTurns;
  /** How questions are answered; undefined to ask the person behind the client. */
  readonly policy: ApprovalPolicy | undefined;
  /** Told how each call's run ended. */
  readonly onOutcome: (outcome: ProjectOutcome) => void;
}

/** Flags of runs that hold for each run that a client starts. */
type ServedRunFlags = Pick<
  RunFlags,
  | "model"
  | "approveAll"
  | "rejectAll"
  | "json"
  | "verbose"
  | "debug"
  | "cassette"
  | "mode"
  | "script"
  | "tools"
  | "maxDepth"
  | "maxCalls"
  | "maxTokens"
  | "maxUsd"
  | "timeout"
>;

/** The flags of `llm-do mcp`. */
export interface McpFlags extends ServedRunFlags {
  /** Names of the functions that are served. */
  readonly function?: readonly string[];
  /** Port to listen on; absent: stdin and stdout. */
  readonly http?: string;
  /** Address to listen on. */
  readonly host?: string;
  /** Further names that clients may reach the server by. */
  readonly allowHost?: readonly string[];
}

export interface McpCommand {
  readonly files: readonly string[];
  readonly flags: McpFlags;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The command line as given, for advice. */
  readonly command: readonly string[];
  readonly version: string;
}

/**
 * Loads the project whose functions are served.
 *
 * @throws LlmDoError what keeps it from being served
 */
export async function openService(options: McpCommand): Promise<McpService> {
  const { files, flags, host, command, version } = options;
  const cassette = cassetteOf(flags, host.env, command);
  if (cassette?.mode === "record") throw cannotRecordAnew();
  const view = createRunView(
    { isJson: flags.json === true, verbosity: flags.verbose ?? 0, isAsked: false },
    host,
  );
  const project = await loadProject({ files, anyEntry: true }, host);
  const config = loadProjectConfig(project.folder, host.files);
  return {
    project,
    served: servedFunctions(project, flags.function, view.onWarning),
    version,
    turns: new CassetteTurns(cassette, host),
    run: {
      host,
      config,
      watch: await watchOf(project, host),
      script: flags.script,
      model: flags.model,
      limits: limitsOf(flags),
      onEvent: view.onEvent,
      onWarning: view.onWarning,
    },
    policy: flags.approveAll ? "approve-all" : flags.rejectAll ? "reject-all" : undefined,
    onOutcome: ({ ended, summary }: ProjectOutcome) => {
      view.stop();
      if (summary) view.onSummary(summary);
      if (ended.kind === "failed" && !view.hasShown(ended.error)) {
        host.stderr.write(`${ended.error.report()}\n`);
      }
    },
  };
}

/** Each call is a run of its own, and would replace what the one before it recorded. */
function cannotRecordAnew(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: "--mode record",
    reason: "each call is a run of its own, and the last one would replace all others",
    tries: ["use --mode auto with a new file"],
  });
}

type Cassette = ProjectRun["cassette"];

interface Turn {
  /** Aborts when nobody waits for the turn any longer. */
  readonly signal: AbortSignal;
  /** Told once of the process that is waited for. */
  readonly onWait: (message: string) => void;
}

/**
 * Lets one call at a time use the cassette: of all clients of this process, and of other servers that
 * record to the same file.
 */
class CassetteTurns {
  readonly #cassette: Cassette;
  readonly #host: Host;
  readonly #turns = new Turns();

  constructor(cassette: Cassette, host: Host) {
    this.#cassette = cassette;
    this.#host = host;
  }

  /**
   * Does a call's work in its turn, with the cassette that it may use. Calls without a cassette go on at once.
   *
   * @throws LlmDoError `cassette-refused` when another process goes on writing the cassette
   */
  take<T>(turn: Turn, work: (cassette: Cassette) => Promise<T>): Promise<T> {
    const cassette = this.#cassette;
    if (!cassette) return work(undefined);
    return this.#turns.take(async () => {
      turn.signal.throwIfAborted();
      if (cassette.mode === "replay") return await work(cassette);
      const lock = await waitForCassette(cassette.path, this.#host, turn);
      try {
        return await work(lock ? { ...cassette, lock } : cassette);
      } finally {
        lock?.release();
      }
    });
  }
}
