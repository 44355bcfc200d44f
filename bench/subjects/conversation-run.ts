import { liveEffects } from "../../src/cassette/gates.ts";
import type { CassetteSession } from "../../src/cassette/session/session.ts";
import type { Host } from "../../src/host/host.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { execute } from "../../src/runtime/run.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import type { Reviewer } from "./reviewer.ts";

/** What one run of a conversation is given. */
export interface ConversationRun {
  readonly reviewer: Reviewer;
  readonly transport: ModelTransport;
  readonly host: Host;
  readonly session?: CassetteSession;
}

/** Runs a conversation through the runtime and both gates, with somebody listening to its events. */
export async function runConversation(run: ConversationRun): Promise<void> {
  const { reviewer, transport, host, session } = run;
  const { said, worker, space } = reviewer;
  const counts = new Map<RunEvent["kind"], number>();
  const result = await execute({
    space,
    entry: worker,
    input: said.prompt,
    transport: session ? session.transport(transport) : transport,
    effects: session?.effects ?? liveEffects,
    host,
    cwd: host.cwd,
    refusalOf: undefined,
    watch: undefined,
    approvals: "headless",
    model: undefined,
    defaultModel: undefined,
    limits: {},
    signal: undefined,
    onEvent: ({ kind }) => counts.set(kind, (counts.get(kind) ?? 0) + 1),
  });
  const toolCalls = counts.get("tool-call") ?? 0;
  if (result.output !== said.lastAnswer || toolCalls !== said.turns.length) {
    throw new Error(`the conversation ended otherwise, after ${toolCalls} turns`);
  }
}
