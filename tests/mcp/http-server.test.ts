import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EVERYTHING, type McpCase, mcpProject, results, runIn, runMcp } from "./mcp-project.ts";

let server: ChildProcess;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}/mcp`;
  server = spawn(process.execPath, [EVERYTHING, "streamableHttp"], {
    env: { PATH: process.env["PATH"], PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((ready) => {
    server.stderr?.on("data", (piece: Buffer) => {
      if (String(piece).includes("listening")) ready();
    });
  });
});

afterAll(() => void server.kill("SIGKILL"));

async function freePort(): Promise<number> {
  const probe = createSocketServer();
  await new Promise<void>((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address() as AddressInfo; // it listens on a port
  await new Promise((closed) => probe.close(closed));
  return port;
}

const literal = (): McpCase => ({
  mcp: { url, tools: ["echo"] },
  approved: ["echo"],
  script: "- tool_call: { name: echo, input: { message: over http } }\n- Done.\n",
});

test("a server elsewhere is called, recorded, and not needed again", async () => {
  using folder = mcpProject(literal());
  const path = join(folder.path, "recorded.yaml");
  const live = await runIn(folder.path, { ...literal(), cassette: { path, mode: "record" } });
  expect([live.error, ...results(live.events)]).toEqual([undefined, "Echo: over http"]);
  server.kill("SIGKILL");
  await new Promise((gone) => server.once("exit", gone));
  const again = await runIn(folder.path, { ...literal(), cassette: { path, mode: "replay" } });
  expect([again.error, ...results(again.events)]).toEqual([undefined, "Echo: over http"]);
});

test("headers are sent, with the values of variables", async () => {
  const seen: IncomingHttpHeaders[] = [];
  const refusing = createServer(({ headers }, response) => {
    seen.push(headers);
    response.writeHead(403).end("no");
  });
  await new Promise<void>((ready) => refusing.listen(0, "127.0.0.1", ready));
  const { port } = refusing.address() as AddressInfo; // it listens on a port
  const { error } = await runMcp({
    ...literal(),
    mcp: { url: `http://127.0.0.1:${port}/`, headers: { "X-Key": `key $\{TEST_KEY}` } },
    env: { TEST_KEY: "of-the-variable" },
  });
  refusing.close();
  expect(error).toMatch(/^call: Failed to list the tools of /);
  expect(seen[0]?.["x-key"]).toBe("key of-the-variable");
});
