import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { nodeHost } from "../../src/host/node-host.ts";
import { createProviderRouter } from "../../src/providers/registry.ts";
import { billedTokens, CacheBilling } from "../cache-billing.ts";
import type { CachingQuestion } from "../caching-question.ts";
import { type Conversation, conversation, TOOL_NAME } from "../conversation.ts";
import { serve } from "../serve.ts";
import { runConversation } from "./conversation-run.ts";
import { reviewerOf } from "./reviewer.ts";

const host = nodeHost();

/** Runs a tool loop against a server that bills as the API does; answers the billed input tokens. */
serve(async ({ turnCount, callsOfTurn, isCached }: CachingQuestion): Promise<number> => {
  const said = conversation({
    turnCount: turnCount * callsOfTurn,
    turnBytes: 1500,
    lineBytes: 300,
  });
  const reviewer = reviewerOf(said);
  const settings = isCached ? {} : { cache: false };
  await using server = await billingServer(said, callsOfTurn);
  const env = { ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: server.url };
  const transport = createProviderRouter({ env, nowMs: host.clock.nowMs });
  const worker = { ...reviewer.worker, settings };
  await runConversation({ reviewer: { ...reviewer, worker }, transport, host });
  if (server.bills.length !== turnCount + 1) throw new Error("the loop ended early");
  return server.bills.reduce((sum, bill) => sum + bill, 0);
});

async function billingServer(said: Conversation, callsOfTurn: number) {
  const billing = new CacheBilling();
  const bills: number[] = [];
  const server = createServer((request, response) => {
    bodyOf(request).then((body) => {
      const turn = bills.length;
      bills.push(billedTokens(billing.bill(body)));
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(answerOf(said, turn * callsOfTurn, callsOfTurn)));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${port}`, bills, [Symbol.asyncDispose]: close };
}

async function bodyOf(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as object; // our own client sends objects
}

/** A text and the next calls, or the last answer. */
function answerOf({ turns, lastAnswer }: Conversation, from: number, count: number): object {
  const next = turns.slice(from, from + count);
  const text = next[0]?.text ?? lastAnswer;
  const calls = next.map(({ toolCallId: id, toolInput: input }) => ({
    type: "tool_use",
    id,
    name: TOOL_NAME,
    input,
  }));
  return {
    id: `msg_${from}`,
    type: "message",
    role: "assistant",
    model: "claude-haiku-4-5",
    content: [{ type: "text", text }, ...calls],
    stop_reason: calls.length > 0 ? "tool_use" : "end_turn",
    usage: { input_tokens: 1, output_tokens: 1 },
  };
}
