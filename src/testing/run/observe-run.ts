import type { ApprovalPolicy } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import type { CassetteSession } from "../../cassette/session/session.ts";
import { EXIT } from "../../errors/codes.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import { watchOf } from "../../hardening/watch/watch-of.ts";
import type { Host } from "../../host/host.ts";
import { costUsd } from "../../model/prices.ts";
import type { ModelTransport } from "../../model/transport.ts";
import { addUsage, NO_USAGE, type Usage } from "../../model/usage.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import type { Project } from "../../project/project.ts";
import { runProject } from "../../project/run/run-project.ts";
import type { LiveWatch, RunWrappers } from "../../project/run/run-wrappers.ts";
import type { ScriptTransport } from "../../providers/script/script.ts";
import type { RunEvent } from "../../runtime/state/run-event.ts";
import type { WorkerLimits } from "../../worker/limits.ts";
import { CallLog, type CaseRun } from "./case-run.ts";
import { KnownFunctions } from "./known-functions.ts";

/** A run that is to be looked at. */
interface ObservedRun {
  readonly project: Project;
  readonly input: unknown;
  /** The worker that makes the call; default: a person starts it. */
  readonly onBehalfOf?: WorkerFunction | undefined;
  readonly host: Host;
  readonly approvals: ApprovalPolicy | Asker;
  readonly model: string | undefined;
  readonly limits: WorkerLimits;
  readonly signal: AbortSignal | undefined;
  /** Opened and closed by the caller; undefined for a run without a cassette. */
  readonly session: CassetteSession | undefined;
  /** A script that answers in the place of every model. */
  readonly script: string | ScriptTransport | undefined;
  /** Answers in the place of every provider. */
  readonly transport?: ModelTransport | undefined;
  /** Default: nothing stands around its gates. */
  readonly around?: RunWrappers | undefined;
  /** Default: nobody watches what providers are asked. */
  readonly live?: LiveWatch | undefined;
  /** Told of events as they happen, beside the record. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Learns what servers bring. Default: one of the project's own. */
  readonly known?: KnownFunctions | undefined;
}

/**
 * Runs a project and writes down all that it does; how it ends is part of that.
 *
 * @throws LlmDoError what keeps the run from starting
 */
export async function observeRun(run: ObservedRun): Promise<Omit<CaseRun, "summary">> {
  const { project, host, onEvent, known = new KnownFunctions(run.project), ...rest } = run;
  const log = new CallLog();
  const events: RunEvent[] = [];
  const warnings: string[] = [];
  const { ended, facts } = await runProject(project, {
    ...rest,
    around: {
      ...run.around,
      transport: (inner) => known.around(run.around?.transport?.(inner) ?? inner),
    },
    inputBy: "person", // whoever wrote the test
    host,
    config: loadProjectConfig(project.folder, host.files),
    watch: await watchOf(project, host),
    cassette: undefined,
    onEvent: (event) => {
      events.push(event);
      log.onEvent(event);
      onEvent?.(event);
    },
    onWarning: (message) => warnings.push(message),
  });
  const isDone = ended.kind === "done";
  return {
    output: isDone ? ended.result.output : undefined,
    error: isDone ? undefined : ended.error,
    exitCode: isDone ? EXIT.done : ended.error.exitCode,
    calls: log.calls(facts?.calls ?? []),
    functions: known.functions,
    events,
    warnings,
    workFolder: project.workFolder,
    ...usedIn(events),
  };
}

function usedIn(events: readonly RunEvent[]): Pick<CaseRun, "usage" | "usd" | "requests"> {
  let usage: Usage = NO_USAGE;
  let usd: number | undefined = 0;
  let requests = 0;
  for (const event of events) {
    if (event.kind !== "model-response") continue;
    const cost = costUsd(event.model, event.usage);
    usage = addUsage(usage, event.usage);
    usd = cost === undefined || usd === undefined ? undefined : usd + cost;
    requests++;
  }
  return { usage, usd, requests };
}
