import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Asker } from "../approval/decide.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { type ProjectOutcome, type ProjectRun, runProject } from "../project/run/run-project.ts";
import { withTelemetry } from "../telemetry/telemetry.ts";
import type { Progress } from "./client-messages.ts";
import type { McpService } from "./mcp-service.ts";
import { clientWorker, type ServedFunction } from "./served-functions.ts";
import { toolResult } from "./tool-result.ts";

interface ServedCall {
  readonly input: unknown;
  /** Aborts when the client cancels the call or goes, and when the service ends. */
  readonly signal: AbortSignal;
  /** Asks the person behind the client. */
  readonly ask: Asker;
  readonly progress: Progress;
}

/** The calls of one client. */
export class ServedCalls {
  readonly #service: McpService;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(service: McpService) {
    this.#service = service;
  }

  call(served: ServedFunction, call: ServedCall): Promise<CallToolResult> {
    const running = this.#inTurn(served, call);
    this.#underWay.add(running);
    running.catch(() => undefined).finally(() => this.#underWay.delete(running));
    return running;
  }

  /** Resolves when all runs have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #inTurn(served: ServedFunction, call: ServedCall): Promise<CallToolResult> {
    const { turns, onOutcome } = this.#service;
    const { signal, progress } = call;
    const isStructured = served.outputSchema !== undefined;
    const outcome = await turns
      .take({ signal, onWait: progress.tell }, (cassette) => this.#run(served, call, cassette))
      .catch(notStarted);
    onOutcome(outcome);
    return toolResult(served.target.name, outcome, isStructured);
  }

  #run(
    { target }: ServedFunction,
    { input, signal, ask, progress }: ServedCall,
    cassette: ProjectRun["cassette"],
  ): Promise<ProjectOutcome> {
    const { served, run, policy } = this.#service;
    const project = { ...this.#service.project, entry: target };
    const own: ProjectRun = {
      ...run,
      cassette,
      input,
      signal,
      approvals: policy ?? ask,
      onBehalfOf: clientWorker(served),
      onEvent: (event) => {
        run.onEvent?.(event);
        progress.onEvent(event);
      },
    };
    return withTelemetry({ project, run: own }, (watched) => runProject(project, watched));
  }
}

/** The outcome of a run that could not start, because of its cassette for one. */
function notStarted(error: unknown): ProjectOutcome {
  if (!isLlmDoError(error)) throw error;
  return { ended: { kind: "failed", error }, summary: undefined };
}
