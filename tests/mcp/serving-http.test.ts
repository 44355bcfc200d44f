import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { INITIALIZE, send, serveHttp } from "./http-served.ts";
import { mcpProject, results, runIn, until } from "./mcp-project.ts";
import { callText, served, servedProject } from "./served-project.ts";

const accept = { action: "accept", content: {} } as const;

function fileIn(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

describe("clients over HTTP", () => {
  test("call functions at once, and each is asked about its own calls", async () => {
    using folder = servedProject();
    await using server = await serveHttp(folder.path);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    await using ada = await server.connect(accept);
    await using bob = await server.connect({ action: "decline" });
    await using mute = await server.connect();
    const texts = await Promise.all([
      callText(ada.client, "send", { to: "ada" }),
      callText(bob.client, "send", { to: "bob" }),
      callText(mute.client, "send", { to: "eve" }),
      callText(mute.client, "add", { a: 1, b: 2 }),
    ]);
    expect(texts).toEqual([
      "sent to ada",
      expect.stringContaining("the person declined"),
      expect.stringContaining("this client can ask nobody"),
      '{"sum":3}',
    ]);
    expect([ada.asked.length, bob.asked.length]).toEqual([1, 1]);
    expect(ada.asked[0]).toContain('to: "ada"');
    expect(bob.asked[0]).toContain('to: "bob"');
    expect(fileIn(folder.path, "sent.txt")).toBe("ada\n");
  });

  test("are told of progress", async () => {
    using folder = servedProject("- { delay_ms: 200, text: Done. }\n");
    await using server = await serveHttp(folder.path);
    await using one = await server.connect();
    const told: (string | undefined)[] = [];
    await one.client.callTool({ name: "clerk", arguments: { input: "Go." } }, undefined, {
      onprogress: ({ message }) => told.push(message),
    });
    expect(told).toEqual(["clerk asks anthropic:claude-haiku-4-5"]);
  });

  test("end their own calls when they cancel or go, and nobody else's", async () => {
    using folder = servedProject();
    await using server = await serveHttp(folder.path);
    const waiting = () => fileIn(folder.path, "waiting.txt");
    await using other = await server.connect();
    const cancelling = await server.connect();
    const abort = new AbortController();
    const call = cancelling.client.callTool({ name: "wait", arguments: {} }, undefined, {
      signal: abort.signal,
    });
    call.catch(() => undefined);
    await until(() => waiting() === "began\n", "the call began");
    abort.abort("enough");
    await until(() => waiting() === "began\naborted\n", "the run was aborted");
    const left = cancelling.client.callTool({ name: "wait", arguments: {} });
    left.catch(() => undefined);
    await until(() => waiting() === "began\naborted\nbegan\n", "another call began");
    await cancelling.client.close();
    await until(() => waiting().endsWith("began\naborted\n"), "that run was aborted");
    expect(await callText(other.client, "add", { a: 1, b: 1 })).toBe('{"sum":2}');
  });

  test("are those of llm-do's own toolset, too", async () => {
    using folder = servedProject();
    await using server = await serveHttp(folder.path);
    const literal = {
      mcp: { url: server.url, tools: ["add"] },
      approved: ["add"],
      script: "- tool_call: { name: add, input: { a: 2, b: 5 } }\n- Seven.\n",
    };
    using client = mcpProject(literal);
    const path = join(client.path, "calls.yaml");
    const live = await runIn(client.path, { ...literal, cassette: { path, mode: "record" } });
    expect([live.error, ...results(live.events)]).toEqual([undefined, '{"sum":7}']);
    server.child.kill("SIGKILL");
    await server.ended;
    const again = await runIn(client.path, { ...literal, cassette: { path, mode: "replay" } });
    expect([again.error, ...results(again.events)]).toEqual([undefined, '{"sum":7}']);
  });

  test("share a cassette", async () => {
    using folder = servedProject();
    const args = ["--cassette", "calls.yaml", "--mode", "auto", "--approve-all"];
    await using server = await serveHttp(folder.path, args);
    await using one = await server.connect();
    await using two = await server.connect();
    const texts = await Promise.all([
      callText(one.client, "send", { to: "ada" }),
      callText(two.client, "send", { to: "bob" }),
    ]);
    expect(texts).toEqual(["sent to ada", "sent to bob"]);
    expect(fileIn(folder.path, "calls.yaml").match(/^effect: /gm)).toHaveLength(2);
  });
});

describe("a request over HTTP", () => {
  const CASES = [
    ["of a page under a name of its own", { headers: { host: "evil.example" } }, 403],
    ["of a page of another server", { headers: { origin: "http://evil.example" } }, 403],
    ["of a page of another local server", { headers: { origin: "http://127.0.0.1:1" } }, 403],
    ["of a page without an address", { headers: { origin: "null" } }, 403],
    ["of a session that there is not", { headers: { "mcp-session-id": "nope" } }, 404],
    ["that begins with something else", { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }, 400],
    ["that is no JSON", { body: "{" }, 400],
    [
      "for notifications of nobody",
      { method: "GET", headers: { accept: "text/event-stream" } },
      400,
    ],
    ["to end nobody's session", { method: "DELETE" }, 400],
    ["by another method", { method: "PUT" }, 405],
    ["of a browser that asks whether it may", { method: "OPTIONS" }, 405],
    ["with a body of 11 MB", { body: `{"text":"${"x".repeat(11_000_000)}"}` }, 413],
    ["of another type", { headers: { "content-type": "text/plain" } }, 415],
  ] as const;

  test("is refused where it is none of a client", { timeout: 60_000 }, async () => {
    using folder = servedProject();
    await using server = await serveHttp(folder.path);
    const statuses = [];
    for (const [what, sent] of CASES) {
      // A server that reads no further may close the connection before all is sent.
      const status = await send(server.url, { body: INITIALIZE, ...sent }).then(
        (answered) => answered.status,
        () => 413,
      );
      statuses.push([what, status]);
    }
    expect(statuses).toEqual(CASES.map(([what, , status]) => [what, status]));
    expect((await send(server.url.replace("/mcp", "/"), { body: INITIALIZE })).status).toBe(404);
    const welcome = await send(server.url, { body: INITIALIZE });
    expect([welcome.status, welcome.id.length]).toEqual([200, 36]);
    const ending = { method: "DELETE", headers: { "mcp-session-id": welcome.id } };
    expect((await send(server.url, ending)).status).toBe(200);
    expect((await send(server.url, ending)).status).toBe(404);
    // Its own page and names of this machine are welcome.
    const { host, origin } = new URL(server.url);
    const own = { headers: { host: host.replace("127.0.0.1", "localhost") }, body: INITIALIZE };
    expect((await send(server.url, own)).status).toBe(200);
    expect((await send(server.url, { headers: { origin }, body: INITIALIZE })).status).toBe(200);
  });

  test("of one client more than there is room for takes the place of an idle one", async () => {
    using folder = servedProject();
    await using server = await serveHttp(folder.path);
    const begin = () => send(server.url, { body: INITIALIZE });
    const first = await begin();
    for (let count = 1; count < 64; count++) await begin();
    const list = (id: string) =>
      send(server.url, {
        headers: { "mcp-session-id": id, "mcp-protocol-version": "2025-06-18" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" }),
      });
    expect((await list(first.id)).status).toBe(200);
    const more = await begin();
    expect(more.status).toBe(200);
    expect((await list(first.id)).status).toBe(200); // it was not idle for the longest
    expect((await list(more.id)).status).toBe(200);
  });
});

describe("llm-do mcp --http", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends on %s, with its clients and their calls", async (signal, code) => {
    using folder = servedProject();
    await using server = await serveHttp(folder.path);
    await using one = await server.connect();
    const call = one.client.callTool({ name: "wait", arguments: {} });
    call.catch(() => undefined);
    await until(() => fileIn(folder.path, "waiting.txt") === "began\n", "the call began");
    server.child.kill(signal);
    expect(await server.ended).toEqual([code, null]);
    expect(fileIn(folder.path, "waiting.txt")).toBe("began\naborted\n");
    expect(server.stderr()).toContain("it was interrupted");
  });

  test("says that the port is taken", async () => {
    using folder = servedProject();
    const other = createServer();
    await new Promise<void>((ready) => other.listen(0, "127.0.0.1", ready));
    const { port } = other.address() as { port: number };
    const args = ["mcp", "tools.ts", "--http", String(port)];
    const { code, stdout, stderr } = await runCli(args, { cwd: folder.path });
    other.close();
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(
      `Failed to listen on "127.0.0.1:${port}": another program listens there`,
    );
    expect(stderr).toContain("Try: --http 0");
  });

  test.each([
    [["--http", "http://x"], "a port is a number from 1 to 65535"],
    [["--http", "65536"], "a port is a number from 1 to 65535"],
    [["--http", "0", "--host", "http://x"], "without scheme and port"],
    [["--http", "0", "--host", "192.0.2.1"], "this machine does not have that address"],
    [["--host", "localhost"], "nothing listens without --http"],
    [["--allow-host", "x.example"], "nothing listens without --http"],
    [["--http", "0", "--mode", "record", "--cassette", "c.yaml"], "each call is a run of its own"],
  ])("refuses %s", async (args, expected) => {
    using folder = servedProject();
    const ended = await runCli(["mcp", "tools.ts", ...args], { cwd: folder.path });
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(ended.stderr).toContain(expected);
  });

  test("warns where others than this machine's programs can call", async () => {
    using folder = servedProject();
    const args = ["--host", "0.0.0.0", "--allow-host", "tools.example"];
    await using server = await serveHttp(folder.path, args);
    expect(server.stderr()).toContain("whoever can reach");
    const url = server.url.replace("0.0.0.0", "127.0.0.1");
    const statusFor = async (host: string) =>
      (await send(url, { headers: { host }, body: INITIALIZE })).status;
    expect(await statusFor("192.0.2.7:80")).toBe(200);
    expect(await statusFor("tools.example:80")).toBe(200);
    expect(await statusFor("evil.example:80")).toBe(403);
  });
});

describe("two servers of one cassette", () => {
  const args = ["--cassette", "calls.yaml", "--mode", "auto", "--approve-all"];

  test("take turns", { timeout: 60_000 }, async () => {
    using folder = servedProject();
    await using first = await serveHttp(folder.path, args);
    await using second = await serveHttp(folder.path, args);
    await using one = await first.connect();
    await using two = await second.connect();
    const names = Array.from({ length: 6 }, (_, index) => `person-${index}`);
    const texts = await Promise.all(
      names.map((to, index) => callText((index % 2 ? one : two).client, "send", { to })),
    );
    expect(texts).toEqual(names.map((to) => `sent to ${to}`));
    expect(fileIn(folder.path, "calls.yaml").match(/^effect: /gm)).toHaveLength(6);
    expect(existsSync(join(folder.path, "calls.yaml.lock"))).toBe(false);
  });

  test("say whom they wait for, and stop waiting when the call is cancelled", async () => {
    using folder = servedProject();
    await using first = await serveHttp(folder.path, args);
    await using second = await serveHttp(folder.path, args);
    await using one = await first.connect();
    await using two = await second.connect();
    const holding = new AbortController();
    const held = one.client.callTool({ name: "wait", arguments: {} }, undefined, {
      signal: holding.signal,
    });
    held.catch(() => undefined);
    await until(() => fileIn(folder.path, "waiting.txt") === "began\n", "the call began");
    const told: (string | undefined)[] = [];
    const onprogress = ({ message }: { message?: string | undefined }) => void told.push(message);
    const abort = new AbortController();
    const options = { onprogress, signal: abort.signal };
    const given = two.client.callTool({ name: "send", arguments: { to: "a" } }, undefined, options);
    given.catch(() => undefined);
    const message = `waits for process ${first.child.pid}, which is writing calls.yaml`;
    await until(() => told.includes(message), "a word on the wait");
    abort.abort("enough");
    await expect(given).rejects.toThrow("enough");
    const next = callText(two.client, "send", { to: "ada" });
    holding.abort("done");
    expect(await next).toBe("sent to ada");
    expect(fileIn(folder.path, "sent.txt")).toBe("ada\n");
  });
});

test("a replayed cassette is read by any number of servers", async () => {
  using folder = servedProject();
  appendFileSync(join(folder.path, "calls.yaml"), "cassette: 1\n");
  const args = ["--cassette", "calls.yaml", "--mode", "replay"];
  const child = spawn(process.execPath, [...served(args)], { cwd: folder.path, stdio: "pipe" });
  appendFileSync(join(folder.path, "calls.yaml.lock"), "");
  child.stdin.end();
  expect((await once(child, "close"))[0]).toBe(0);
});
