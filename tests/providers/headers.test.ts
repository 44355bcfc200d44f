import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isLlmDoError, type LlmDoError } from "../../src/errors/llm-do-error.ts";
import { userText } from "../../src/model/message.ts";
import { type AskedServer, ask, askedServer } from "./asked-server.ts";

const WIRES = ["anthropic", "openai-responses", "openai-chat"] as const;

const REQUEST = { model: "own:m", messages: [userText("Hi.")] };
const ENV = { KEY: "key-1234", TOKEN: "token-5678", TEAM: "blue" };

const configOf = (wire: string, ...more: readonly string[]) => {
  const keys = [`wire: ${wire}`, "base_url: http://own.test/proxy", ...more];
  return `providers:\n  own:\n${keys.map((key) => `    ${key}\n`).join("")}`;
};

describe.each(WIRES)("a server of the wire %s", (wire) => {
  let server: AskedServer;
  beforeAll(async () => {
    server = await askedServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const sent = (...more: readonly string[]) =>
    ask(server, REQUEST, { config: configOf(wire, ...more), env: ENV });

  test("is sent the headers and the query that it was given", async () => {
    const { path, query, headers } = await sent(
      "headers: { X-Team: '${TEAM}', x-fixed: 1.50 }",
      "query: { api-version: 2024-10-21, team: 'a b&${TEAM}' }",
    );
    expect(path).toMatch(/^\/proxy\//);
    expect(query).toEqual({ "api-version": "2024-10-21", team: "a b&blue" });
    expect(headers).toMatchObject({ "x-team": "blue", "x-fixed": "1.50" });
  });

  test("without a key variable is sent no key", async () => {
    const { headers } = await sent("headers: { api-key: '${KEY}' }");
    expect(headers).toMatchObject({ "api-key": "key-1234" });
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("x-api-key");
  });

  test("is sent its own headers in the place of the wire's", async () => {
    const name = wire === "anthropic" ? "X-API-Key" : "Authorization";
    const { headers } = await sent(
      "key_variable: KEY",
      `headers: { ${name}: 'own \${TOKEN}', User-Agent: mine }`,
    );
    expect(headers).toMatchObject({ [name.toLowerCase()]: "own token-5678", "user-agent": "mine" });
    expect(JSON.stringify(headers)).not.toContain("key-1234");
  });
});

describe.each(WIRES)("a server of the wire %s that quotes what it was sent", (wire) => {
  let server: Server;
  let address = "";
  let status = 401;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const said = JSON.stringify({ url: request.url, headers: request.headers });
      response.writeHead(status, {
        "content-type": "application/json",
        "x-request-id": "token-5678",
      });
      response.end(JSON.stringify({ error: { type: "token-5678", message: `bad: ${said}` } }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  });
  afterEach(() => {
    status = 401;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([401, 400, 500, 200])("puts no secret into an error (%i)", async (answered) => {
    status = answered;
    const config = configOf(
      wire,
      "key_variable: KEY",
      "headers: { x-token: 'Bearer ${TOKEN}', x-api-secret: written-here }",
      "query: { sig: '${TOKEN}/+' }",
    );
    const there: AskedServer = { url: address, asked: [], [Symbol.asyncDispose]: async () => {} };
    const error = await ask(there, REQUEST, { config, env: ENV }).catch(
      (thrown: unknown) => thrown,
    );
    if (!isLlmDoError(error)) throw error;
    const told = everything(error);
    expect(told).toContain("[key]");
    for (const secret of ["key-1234", "token-5678", "written-here"]) {
      expect(told).not.toContain(secret);
    }
  });
});

/** All that an error could ever print. */
function everything(error: LlmDoError): string {
  const cause = error.cause instanceof Error ? `${error.cause.stack}${error.cause.message}` : "";
  return `${error.report()}\n${error.stack}\n${cause}\n${JSON.stringify(error)}`;
}
