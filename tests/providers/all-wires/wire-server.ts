import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Answer, collectAnswer } from "../../../src/model/answer.ts";
import type { ModelEvent } from "../../../src/model/event.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { userText } from "../../../src/model/message.ts";
import type { ModelRequest } from "../../../src/model/request.ts";
import { createProviderRouter } from "../../../src/providers/registry.ts";
import type { Said, SpokenWire } from "./wires.ts";

/** Answers one request in whatever way a server can. */
export type Answering = (response: ServerResponse, body: JsonObject, number: number) => void;

export interface WireServer {
  readonly url: string;
  /** What stands in the environment so that all three wires lead here. */
  readonly env: Readonly<Record<string, string>>;
  /** Bodies of this test's requests. */
  readonly bodies: readonly JsonObject[];
  /** One answer for each request, the last one for all that follow. */
  answer(...answers: readonly Answering[]): void;
}

/** A real server on this machine for the tests of one file. */
export function useWireServer(): WireServer {
  const bodies: JsonObject[] = [];
  let answers: readonly Answering[] = [];
  let url = "";
  const server = createServer((request, response) => {
    readBody(request).then((text) => {
      const body: JsonObject = JSON.parse(text);
      const number = bodies.push(body) - 1;
      answers[Math.min(number, answers.length - 1)]?.(response, body, number);
    });
  });
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  });
  beforeEach(() => {
    bodies.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    bodies,
    get url() {
      return url;
    },
    get env() {
      return {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: "key-of-no-one",
        OPENAI_BASE_URL: `${url}/v1`,
        OPENAI_API_KEY: "key-of-no-one",
      };
    },
    answer(...given) {
      answers = given;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The two forms in which a server may answer. */
export const FORMS = ["stream", "document"] as const;

type Form = (typeof FORMS)[number];

export function saying(wire: SpokenWire, said: Said, form: Form = "stream"): Answering {
  return form === "stream"
    ? sending(wire.events(said).join(""))
    : sending(JSON.stringify(wire.document(said)), "application/json");
}

/** Sends a text and ends well. */
export function sending(text: string, type = "text/event-stream", status = 200): Answering {
  return (response) => {
    response.writeHead(status, { "content-type": type });
    response.end(text);
  };
}

/** Sends a text and breaks the connection. */
export function breakingAfter(text: string): Answering {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.write(text, () => response.destroy());
  };
}

/** Asks the server once, without retries. */
export function ask(
  server: WireServer,
  wire: SpokenWire,
  more: Partial<ModelRequest> = {},
): AsyncIterable<ModelEvent> {
  const router = createProviderRouter({ env: server.env, nowMs: () => 0 });
  const request: ModelRequest = {
    model: wire.model,
    system: "",
    messages: [userText("Go.")],
    tools: [],
    serverTools: [],
    settings: {},
    ...more,
  };
  return router.stream(request, { signal: new AbortController().signal });
}

export function answerOf(
  server: WireServer,
  wire: SpokenWire,
  more: Partial<ModelRequest> = {},
): Promise<Answer> {
  return collectAnswer(ask(server, wire, more));
}
