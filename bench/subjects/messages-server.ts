import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { LIVE_LOAD } from "../live-load.ts";
import { serve } from "../serve.ts";

const ANSWER = [
  {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: LIVE_LOAD.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 20, output_tokens: 1 },
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  ...LIVE_LOAD.answer.split(/(?= )/).map((text) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text },
  })),
  { type: "content_block_stop", index: 0 },
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 6 },
  },
  { type: "message_stop" },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join("");

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(ANSWER);
  });
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

/** A server that answers each request at once with the same few events; replies its address. */
serve(async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`); // it listens on a port
