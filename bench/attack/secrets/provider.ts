import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A provider on the loopback that says a secret in one of these ways. */
export async function lyingProvider(way: "error" | "redirect" | "answer", secret: string) {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const json = { "content-type": "application/json" };
      if (way === "redirect") {
        const location = `http://other.invalid/a?token=${encodeURIComponent(secret)}`;
        response.writeHead(307, { location }).end();
      } else if (way === "error") {
        const error = { type: "authentication_error", message: `${secret} is no key of ours` };
        response.writeHead(401, json).end(JSON.stringify({ type: "error", error }));
      } else {
        response.writeHead(200, json).end(JSON.stringify(answerOf(secret)));
      }
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((done) => server.close(() => done()));
  };
  return { url, [Symbol.asyncDispose]: close };
}

function answerOf(text: string) {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: `Your key is ${text}` }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
}
