import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";
import type { ApprovalPolicy } from "../approval/askers.ts";
import type { Asker } from "../approval/decide.ts";
import { undecided } from "../approval/decision.ts";
import { Turns } from "../approval/turns.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { isJsonObject } from "../model/json.ts";
import type { Project } from "../project/project.ts";
import { type ProjectOutcome, type ProjectRun, runProject } from "../project/run/run-project.ts";
import { outputText } from "../runtime/state/output.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import { describeRequest } from "../ui/ask-person.ts";
import { clientWorker, type ServedFunction } from "./served-functions.ts";

export interface McpService {
  readonly project: Project;
  readonly served: ReadonlyMap<string, ServedFunction>;
  readonly version: string;
  /** What each call's run has beside its function and input. */
  readonly run: Omit<ProjectRun, "input" | "approvals" | "signal" | "onBehalfOf">;
  /** How questions are answered; undefined to ask the person behind the client. */
  readonly policy: ApprovalPolicy | undefined;
  /** Told how each call's run ended. */
  readonly onOutcome: (outcome: ProjectOutcome) => void;
}

/**
 * Serves a project's functions to the client behind a transport, each call as a run of its own.
 *
 * @param signal ends the service, and all runs
 * @returns when the client has gone or the signal aborts
 */
export async function serveMcp(
  service: McpService,
  transport: Transport,
  signal: AbortSignal,
): Promise<void> {
  const server = new Server(
    { name: "llm-do", version: service.version },
    { capabilities: { tools: {} } },
  );
  const calls = new ServedCalls(service, server, signal);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: definitionsOf(service) }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) => {
    const { name, arguments: input = {}, _meta } = params;
    const progress = progressOf(_meta?.progressToken, (told) => extra.sendNotification(told));
    return calls.call({ name, input, signal: extra.signal, onEvent: progress });
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  const close = () => void server.close();
  signal.addEventListener("abort", close, { once: true });
  await server.connect(transport);
  if (signal.aborted) close();
  await closed;
  signal.removeEventListener("abort", close);
  await calls.settled();
}

function definitionsOf({ served }: McpService): Tool[] {
  return [...served].map(([name, { target, inputSchema, outputSchema }]) => ({
    name,
    description: target.description,
    // Only schemas of objects are served.
    inputSchema: inputSchema as Tool["inputSchema"],
    ...(outputSchema ? { outputSchema: outputSchema as NonNullable<Tool["outputSchema"]> } : {}),
  }));
}

interface ServedCall {
  readonly name: string;
  readonly input: unknown;
  /** Aborts when the client cancels the call or goes. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

class ServedCalls {
  readonly #service: McpService;
  readonly #server: Server;
  readonly #signal: AbortSignal;
  /** Two runs cannot write one cassette at once. */
  readonly #turns = new Turns();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(service: McpService, server: Server, signal: AbortSignal) {
    this.#service = service;
    this.#server = server;
    this.#signal = signal;
  }

  call(call: ServedCall): Promise<CallToolResult> {
    const served = this.#service.served.get(call.name);
    if (!served) throw new McpError(ErrorCode.InvalidParams, `there is no tool "${call.name}"`);
    const run = () => this.#run(call, served);
    const running = this.#service.run.cassette ? this.#turns.take(run) : run();
    this.#underWay.add(running);
    running.catch(() => undefined).finally(() => this.#underWay.delete(running));
    return running;
  }

  /** Resolves when all runs have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #run(
    { input, signal: cancelled, onEvent }: ServedCall,
    { target, outputSchema }: ServedFunction,
  ): Promise<CallToolResult> {
    const { project, served, run, policy, onOutcome } = this.#service;
    const signal = AbortSignal.any([cancelled, this.#signal]);
    try {
      const outcome = await runProject(
        { ...project, entry: target },
        {
          ...run,
          input,
          signal,
          approvals: policy ?? askClient(this.#server, signal),
          onBehalfOf: clientWorker(served),
          onEvent: (event) => {
            run.onEvent?.(event);
            onEvent(event);
          },
        },
      );
      onOutcome(outcome);
      return toolResult(outcome, outputSchema !== undefined);
    } catch (error) {
      // The run could not start, because of its cassette for one.
      if (!isLlmDoError(error)) throw error;
      const outcome: ProjectOutcome = { ended: { kind: "failed", error }, ledger: undefined };
      onOutcome(outcome);
      return toolResult(outcome, false);
    }
  }
}

function toolResult({ ended }: ProjectOutcome, isStructured: boolean): CallToolResult {
  if (ended.kind === "failed") {
    return { content: [{ type: "text", text: ended.error.message }], isError: true };
  }
  const { output } = ended.result;
  const content: CallToolResult["content"] = [{ type: "text", text: outputText(output) }];
  return isStructured && isJsonObject(output)
    ? { content, structuredContent: output }
    : { content };
}

/** Tells a client that wants to know what its call is doing; what cannot be told is lost. */
function progressOf(
  progressToken: string | number | undefined,
  tell: (notification: ServerNotification) => Promise<void>,
): (event: RunEvent) => void {
  if (progressToken === undefined) return () => undefined;
  let progress = 0;
  return (event) => {
    const message = progressMessage(event);
    if (message === undefined) return;
    progress++;
    const params = { progressToken, progress, message };
    tell({ method: "notifications/progress", params }).catch(() => undefined);
  };
}

function progressMessage(event: RunEvent): string | undefined {
  switch (event.kind) {
    case "model-request":
      return `${event.callId} asks ${event.model}`;
    case "tool-call":
      return `${event.callId} calls ${event.tool}`;
    default:
      return undefined;
  }
}

/** A person may take their time; the run's own limits still hold. A timer takes no longer. */
const ANSWER_MS = 2 ** 31 - 1;

/**
 * Asks the person behind a client, by elicitation; denies where the client cannot ask.
 *
 * @param signal aborts when the answer is of no use any longer
 */
function askClient(server: Server, signal: AbortSignal): Asker {
  return async (request) => {
    if (!server.getClientCapabilities()?.elicitation?.form) {
      return undecided("it needs an approval, and this client can ask nobody");
    }
    const answer = await server.elicitInput(
      {
        mode: "form",
        message: `Allow this call?\n${await describeRequest(request)}`,
        requestedSchema: { type: "object", properties: {} },
      },
      { signal, timeout: ANSWER_MS },
    );
    if (answer.action === "accept") return { kind: "allow", by: "person" };
    if (answer.action === "cancel") return undecided("the person dismissed the question");
    return { kind: "deny", by: "person", reason: "the person declined" };
  };
}
