import { liveEffects } from "../../src/cassette/gates.ts";
import type { CallContext } from "../../src/functions/call-context.ts";
import {
  type LlmFunction,
  toolFunction,
  type WorkerFunction,
} from "../../src/functions/llm-function.ts";
import { tool } from "../../src/functions/tool.ts";
import { workerInputSchema } from "../../src/functions/worker-input.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { answerEvents } from "../../src/model/answer.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { execute } from "../../src/runtime/run.ts";
import { conversation } from "../conversation.ts";
import type { FanOutQuestion } from "../fan-out-question.ts";
import { serve } from "../serve.ts";
import { endAnswer } from "./model-double.ts";
import { reviewerOf } from "./reviewer.ts";

const host = nodeHost();
const worker: WorkerFunction = {
  ...reviewerOf(conversation({ turnCount: 0, turnBytes: 0, lineBytes: 0 })).worker,
  name: "summarizer",
};

/** Code that calls as many workers at once, each answered after the same time. */
serve(async ({ workerCount, answerMs }: FanOutQuestion): Promise<number> => {
  const entry = toolFunction("main", callAll(workerCount), "main.ts");
  const functions: readonly LlmFunction[] = [entry, worker];
  const startMs = performance.now();
  const { output } = await execute({
    space: new Map(functions.map((each) => [each.name, each])),
    entry,
    input: "Summarize them.",
    transport: slowModel(answerMs),
    effects: liveEffects,
    host,
    cwd: host.cwd,
    refusalOf: undefined,
    watch: undefined,
    approvals: "headless",
    model: undefined,
    defaultModel: undefined,
    limits: {},
    signal: undefined,
    onEvent: () => undefined,
  });
  const tookMs = performance.now() - startMs;
  if (!Array.isArray(output) || new Set(output).size !== workerCount) throw new Error("lost calls");
  return tookMs;
});

function callAll(workerCount: number) {
  const run = (_input: unknown, ctx: CallContext) =>
    Promise.all(
      Array.from({ length: workerCount }, (_, at) => ctx.call("summarizer", `Summarize ${at}.`)),
    );
  return tool({ description: "Call all.", input: workerInputSchema, effect: "pure", run });
}

function slowModel(answerMs: number): ModelTransport {
  return {
    async *stream({ messages }, { signal }) {
      await host.clock.sleep(answerMs, signal);
      yield* answerEvents(endAnswer(JSON.stringify(messages)));
    },
  };
}
