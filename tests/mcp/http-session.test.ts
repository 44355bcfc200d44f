import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Outcome, resultsInOrder, runMcp } from "./mcp-project.ts";
import { calling } from "./told-server.ts";

interface Message {
  readonly id?: number;
  readonly method: string;
}

interface Post {
  readonly message: Message;
  readonly session: string | undefined;
  /** How many calls of tools came before. */
  readonly calls: number;
}

/** Answers a call; false where the call is to be answered as usual. */
type AnswerCall = (post: Post, response: ServerResponse) => boolean;

interface Served extends Outcome {
  /** What was posted, as `METHOD SESSION`. */
  readonly posted: readonly string[];
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", ...body }));
}

/** Runs a worker whose model calls `work` twice, against a server that begins numbered sessions. */
async function serve(answerCall: AnswerCall, script = calling("work", "work")): Promise<Served> {
  const posted: string[] = [];
  let sessions = 0;
  let calls = 0;
  const answer = (message: Message, headers: IncomingHttpHeaders, response: ServerResponse) => {
    const session = headers["mcp-session-id"] as string | undefined; // sent once
    posted.push(`${message.method} ${session ?? "-"}`);
    const { id = 0, method } = message;
    switch (method) {
      case "initialize":
        response.setHeader("mcp-session-id", `S${++sessions}`);
        return sendJson(response, 200, { id, result: GREETING });
      case "tools/list":
        return sendJson(response, 200, { id, result: { tools: [WORK] } });
      case "tools/call":
        if (answerCall({ message, session, calls: calls++ }, response)) return;
        return sendJson(response, 200, { id, result: DONE });
      default:
        response.writeHead(202).end();
    }
  };
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") return void response.writeHead(405).end();
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer); // no encoding is set
    answer(JSON.parse(Buffer.concat(pieces).toString()) as Message, request.headers, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on a port
  const url = `http://127.0.0.1:${port}/mcp`;
  const outcome = await runMcp({ mcp: { url, timeout_seconds: 20 }, approved: ["work"], script });
  return { ...outcome, posted };
}

const GREETING = {
  protocolVersion: "2025-06-18",
  capabilities: { tools: {} },
  serverInfo: { name: "s", version: "1" },
};
const WORK = { name: "work", description: "Works.", inputSchema: { type: "object" } };
const DONE = { content: [{ type: "text", text: "done" }] };

/** The two calls one after the other. */
const IN_TURN = JSON.stringify([
  { tool_call: { name: "work", input: {} } },
  { tool_call: { name: "work", input: {} } },
  "Done.",
]);

describe("a session that the server has ended is begun anew, and the call sent again, where it says so", () => {
  test.each<[string, (response: ServerResponse) => void]>([
    [
      "as a JSON-RPC error",
      (response) =>
        sendJson(response, 404, {
          id: null,
          error: { code: -32001, message: "Session not found" },
        }),
    ],
    ["with a text", (response) => response.writeHead(404).end("no such session")],
    ["with nothing", (response) => response.writeHead(404).end()],
  ])("%s", async (_how, refuse) => {
    const { events, posted } = await serve(({ session, calls }, response) => {
      if (calls === 0 || session !== "S1") return false;
      refuse(response);
      return true;
    }, IN_TURN);
    expect(resultsInOrder(events)).toEqual(["done", "done"]);
    expect(posted).toEqual([
      "initialize -",
      "notifications/initialized S1",
      "tools/list S1",
      "tools/call S1",
      "tools/call S1",
      "initialize -",
      "notifications/initialized S2",
      "tools/call S2",
    ]);
  });
});

test("calls that find the session ended together go on in one new session", async () => {
  const { events, posted } = await serve(({ session }, response) => {
    if (session !== "S1") return false;
    response.writeHead(404).end();
    return true;
  });
  expect(resultsInOrder(events)).toEqual(["done", "done"]);
  expect(posted.filter((one) => one.startsWith("initialize"))).toHaveLength(2);
});

test("a call that a new session does not help is told of in the server's words", async () => {
  const { events, posted } = await serve(({ message }, response) => {
    const error = { code: -32001, message: "Session not found", data: { of: "work" } };
    sendJson(response, 404, { id: message.id, error });
    return true;
  }, calling("work"));
  expect(resultsInOrder(events)).toEqual([
    '! the server says: Session not found (code -32001, HTTP 404, data: {"of":"work"})',
  ]);
  expect(posted.filter((one) => one.startsWith("tools/call"))).toHaveLength(2);
});

describe("what goes wrong is told as it is:", () => {
  const event = (message: object) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;
  const open = (response: ServerResponse) =>
    response.writeHead(200, { "content-type": "text/event-stream" });

  test.each<[string, AnswerCall, string | RegExp]>([
    [
      "an error under another status",
      ({ message: { id } }, response) => {
        sendJson(response, 500, { id, error: { code: -32603, message: "it broke" } });
        return true;
      },
      "! the server says: it broke (code -32603, HTTP 500)",
    ],
    ...(["application/json", "text/event-stream"] as const).flatMap((type) =>
      (
        [
          [{ id: null, error: { code: -32600, message: "bad" } }, "bad (code -32600)"],
          [{ error: { code: "RATE", message: "slow" } }, "slow (code RATE)"],
          [{ error: "just words" }, "just words"],
        ] as const
      ).map(([body, words]): [string, AnswerCall, string] => [
        `${JSON.stringify(body)} as ${type}`,
        (_post, response) => {
          const said = JSON.stringify(body);
          response.writeHead(200, { "content-type": type });
          response.end(type === "application/json" ? said : `data: ${said}\r\n\r\n`);
          return true;
        },
        `! the server says: ${words}`,
      ]),
    ),
    [
      "an answer without a result",
      ({ message: { id } }, response) => {
        sendJson(response, 200, { id, result: null });
        return true;
      },
      "! the server's answer is no result of a tool",
    ],
    [
      "a refusal as OAuth has it",
      (_post, response) => {
        const body = { error: "invalid_token", error_description: "The token has expired" };
        response.writeHead(401, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
        return true;
      },
      "! the server says: invalid_token: The token has expired (HTTP 401)",
    ],
    [
      "a redirect to another server",
      (_post, response) => {
        response.writeHead(307, { location: "http://other.invalid/mcp?token=secret" }).end();
        return true;
      },
      "! the server sends requests on to http://other.invalid/mcp: is its url right?",
    ],
    [
      "what is no message",
      (_post, response) => {
        response.writeHead(200, { "content-type": "application/json" }).end('{"hello":1}');
        return true;
      },
      "! it answered what is no message of the protocol",
    ],
    [
      "a page",
      (_post, response) => {
        response.writeHead(503, "Unavailable").end("<h1>closed</h1>");
        return true;
      },
      "! the server answers HTTP 503 Unavailable: <h1>closed</h1>",
    ],
    [
      "a stream that ends without an answer",
      (_post, response) => {
        open(response).end(event({ jsonrpc: "2.0", method: "notifications/message", params: {} }));
        return true;
      },
      /^! it closed the connection/,
    ],
    [
      "a stream that breaks off",
      (_post, response) => {
        open(response).write(": hello\n\n", () => response.destroy());
        return true;
      },
      /^! it closed the connection/,
    ],
    [
      "an answer that breaks off",
      (_post, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write('{"jsonrpc":', () => response.destroy());
        return true;
      },
      /^! it closed the connection/,
    ],
    [
      "no answer at all",
      (_post, response) => {
        response.destroy();
        return true;
      },
      /^! it closed the connection/,
    ],
    [
      "an answer that is no JSON",
      (_post, response) => {
        response.writeHead(200, { "content-type": "application/json" }).end("<html>");
        return true;
      },
      /^! it answered what is no message of the protocol/,
    ],
    [
      "an answer that is too large",
      ({ message: { id } }, response) => {
        const text = "x".repeat(11 * 1024 * 1024);
        sendJson(response, 200, { id, result: { content: [{ type: "text", text }] } });
        return true;
      },
      /^! a message of the server exceeds the maximum size of a message, 10 MB .* "work" has no answer$/,
    ],
    [
      "an event that is too large",
      ({ message: { id } }, response) => {
        const text = "x".repeat(11 * 1024 * 1024);
        open(response).end(
          event({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text }] } }),
        );
        return true;
      },
      /^! a message of the server exceeds the maximum size/,
    ],
  ])("%s", async (_what, answerCall, expected) => {
    const { events, error } = await serve(answerCall, calling("work"));
    expect(error).toBeUndefined();
    expect(resultsInOrder(events)).toEqual([
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    ]);
  });

  test("many events that are large together are no large message", async () => {
    const { events } = await serve(({ message: { id } }, response) => {
      const noise = {
        jsonrpc: "2.0",
        method: "notifications/message",
        params: { data: "x".repeat(1e6) },
      };
      open(response);
      for (let count = 0; count < 15; count++) response.write(event(noise));
      response.end(event({ jsonrpc: "2.0", id, result: DONE }));
      return true;
    }, calling("work"));
    expect(resultsInOrder(events)).toEqual(["done"]);
  });
});
