import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { waitForCassette } from "../../src/cassette/file/lock.ts";
import type { Clock } from "../../src/host/host.ts";
import { tryLock } from "../../src/host/locks/file-lock.ts";
import { ClientSessions, IDLE_MS } from "../../src/mcp-server/http/client-sessions.ts";
import type { McpService } from "../../src/mcp-server/mcp-service.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { INITIALIZE, send } from "./http-served.ts";
import { until } from "./mcp-project.ts";

const unhurried = testHost();

/** A clock whose sleepers wake when the test says so. */
function heldClock() {
  const sleeping: { readonly durationMs: number; readonly wake: () => void }[] = [];
  const sleep: Clock["sleep"] = (durationMs, signal) =>
    new Promise((wake, reject) => {
      sleeping.push({ durationMs, wake });
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  return { sleeping, clock: { ...unhurried.clock, sleep } };
}

/** A server of nothing, whose clock is held. */
async function heldSessions() {
  const { sleeping, clock } = heldClock();
  const host = { ...unhurried, clock, createId: () => crypto.randomUUID() };
  // What no call comes to is left out.
  const service = { version: "0", served: new Map(), run: { host, onWarning: () => {} } };
  const sessions = new ClientSessions(
    service as unknown as McpService,
    new AbortController().signal,
  );
  const server = createServer(async (request, response) => {
    const id = request.headers["mcp-session-id"];
    const refusal = await sessions.handle(id as string | undefined, request, response);
    if (refusal) response.writeHead(refusal.status).end(refusal.message);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const list = (id: string) =>
    send(url, {
      headers: { "mcp-session-id": id },
      body: JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" }),
    });
  return { url, sleeping, list, [Symbol.dispose]: () => server.closeAllConnections() };
}

describe("a client that is silent", () => {
  test("is forgotten after a while, and not when it comes back before", async () => {
    using held = await heldSessions();
    const { id } = await send(held.url, { body: INITIALIZE });
    await until(() => held.sleeping.length === 1, "the wait for the client");
    expect(held.sleeping[0]?.durationMs).toBe(IDLE_MS);
    expect((await held.list(id)).status).toBe(200);
    held.sleeping[0]?.wake(); // it came back: this is over
    expect((await held.list(id)).status).toBe(200);
    await until(() => held.sleeping.length === 3, "another wait for it");
    held.sleeping[2]?.wake();
    await until(() => true, "the end");
    expect((await held.list(id)).status).toBe(404);
  });
});

describe("the wait for a cassette", () => {
  test("ends with an error that names the process", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "calls.yaml");
    const { sleeping, clock } = heldClock();
    let nowMs = 0;
    const host = { ...unhurried, clock: { ...clock, monotonicMs: () => nowMs } };
    const holder = { ...unhurried, processId: 77, isProcessAlive: () => true };
    const lock = tryLock(path, { ...holder, isProcessAlive: () => true });
    const told: string[] = [];
    const waiting = waitForCassette(
      path,
      { ...host, isProcessAlive: () => true },
      { signal: new AbortController().signal, onWait: (message) => told.push(message) },
    );
    waiting.catch(() => undefined);
    for (let looks = 1; looks <= 3; looks++) {
      await until(() => sleeping.length === looks, "another look");
      nowMs += 25_001;
      sleeping[looks - 1]?.wake();
      if (looks === 2) break;
    }
    await expect(waiting).rejects.toMatchObject({
      code: "cassette-refused",
      reason: expect.stringMatching(/^process 77.* is writing it, for more than 50 s$/),
    });
    expect(told).toHaveLength(1);
    if (lock.kind === "taken") lock.release();
  });

  test("is none where no lock can be written", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "calls.yaml");
    mkdirSync(`${path}.lock`);
    const waiting = { signal: new AbortController().signal, onWait: () => undefined };
    expect(await waitForCassette(path, unhurried, waiting)).toBeUndefined();
  });
});
