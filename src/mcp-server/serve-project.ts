import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { watchOf } from "../hardening/swap/watch-of.ts";
import type { Host } from "../host/host.ts";
import { claimProtocolStreams } from "../host/protocol-streams.ts";
import { loadProjectConfig } from "../project/config/project-config.ts";
import { loadProject } from "../project/load-project.ts";
import { cassetteOf, limitsOf, type RunFlags } from "../project/run/run-flags.ts";
import type { ProjectOutcome } from "../project/run/run-project.ts";
import { createRunView } from "../ui/run-view.ts";
import { type McpService, serveMcp } from "./serve-mcp.ts";
import { servedFunctions } from "./served-functions.ts";

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
}

interface McpCommand {
  readonly files: readonly string[];
  readonly flags: McpFlags;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The command line as given, for advice. */
  readonly command: readonly string[];
  readonly version: string;
}

/**
 * `llm-do mcp FILES...`: serves a project's functions on this process's streams until the client
 * goes.
 *
 * @throws LlmDoError what keeps it from starting, and `aborted` when it is interrupted
 */
export async function serveProject(options: McpCommand): Promise<void> {
  const { signal } = options;
  // Before any file is loaded: code that logs must not speak to the client.
  const { input, output } = claimProtocolStreams();
  const service = await serviceOf(options);
  const left = new AbortController();
  const leave = () => left.abort(new Error("the client has gone"));
  for (const event of ["end", "close"]) input.once(event, leave);
  const transport = new StdioServerTransport(input, output);
  await serveMcp(service, transport, AbortSignal.any([signal, left.signal]));
  input.destroy(); // it would keep the process alive
  if (!signal.aborted) return;
  const reason = "it was interrupted";
  throw new LlmDoError({ code: "aborted", verb: "serve", what: options.files.join(" "), reason });
}

async function serviceOf(options: McpCommand): Promise<McpService> {
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
    run: {
      host,
      config,
      cassette,
      watch: await watchOf(project, host),
      script: flags.script,
      model: flags.model,
      limits: limitsOf(flags),
      onEvent: view.onEvent,
      onWarning: view.onWarning,
    },
    policy: flags.approveAll ? "approve-all" : flags.rejectAll ? "reject-all" : undefined,
    onOutcome: ({ ended, ledger }: ProjectOutcome) => {
      view.stop();
      if (ledger) view.onLedger(ledger);
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
