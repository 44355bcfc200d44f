import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, runNode } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { temporaryFolder } from "../support/host.ts";
import { noWallHere, wallTitle } from "../support/wall.ts";
import { script, walledShell } from "./walled-shell.ts";

const servers = [0, 1].map(() =>
  createServer((_request, response) => {
    response.end("hello from outside");
  }),
);
let ports: readonly number[];
beforeAll(async () => {
  await Promise.all(servers.map((one) => new Promise<void>((done) => one.listen(0, done))));
  ports = servers.map((one) => (one.address() as AddressInfo).port); // they listen on ports
});
afterAll(() => {
  for (const one of servers) one.close();
});

/** Asks by the proxy that its environment names, also for addresses of this machine. */
const get = (port: number | undefined) =>
  `NO_PROXY= no_proxy= curl -sS -m 10 http://127.0.0.1:${port}/`;

describe.skipIf(noWallHere)(`a command behind a wall${wallTitle}`, { timeout: 60_000 }, () => {
  test("reaches what is listed, and nothing else", async () => {
    using folder = temporaryFolder();
    const [listed, other] = ports;
    const open = walledShell(folder.path, { network: [`127.0.0.1:${listed}`] });
    const told = await open(script(`${get(listed)}; echo; ${get(other)}; true`));
    expect(told.stdout).toContain("hello from outside\n");
    expect(told.stdout.match(/hello/g)).toHaveLength(1);

    const direct = await open(script(`exec 3<>/dev/tcp/127.0.0.1/${listed} && cat <&3`));
    expect(direct.exit_code).not.toBe(0);

    const closed = await walledShell(folder.path)(script(get(listed)));
    expect(closed.stdout).not.toContain("hello");
  });

  test("cannot pass for a command that may reach more", async () => {
    using folder = temporaryFolder();
    const [listed, other] = ports;
    const [first, second] = [listed, other].map((port) =>
      walledShell(folder.path, { network: [`127.0.0.1:${port}`] }),
    );
    const told = await Promise.all([
      first?.(script(`${get(other)}; sleep 1`)),
      second?.(script(`${get(listed)}; sleep 1`)),
    ]);
    expect(told.map((one) => one?.stdout.includes("hello"))).toEqual([false, false]);
  });

  test("keeps no process alive, and ends as a signal says", async () => {
    using folder = project({ network: ["example.com"] });
    const told = await runCli(ARGUMENTS, { cwd: folder.path });
    expect(told).toMatchObject({ code: 0, stdout: "Done.\n" });

    const text = `
      import { wallRuntime } from ${JSON.stringify(RUNTIME)};
      const runtime = await wallRuntime([]);
      await runtime.startNetwork();
      process.stdout.write(String(process.listenerCount("SIGTERM") + process.listenerCount("SIGINT")));
      process.kill(process.pid, "SIGTERM");
      setTimeout(() => process.stdout.write("still here"), 5_000);
    `;
    const ended = await runNode(["--input-type=module", "--eval", text]);
    expect(ended).toMatchObject({ code: null, stdout: "0" });
  });
});

const RUNTIME = new URL("../../src/host/wall/wall-runtime.ts", import.meta.url).href;

const ARGUMENTS = ["main.worker", "Go.", "--script", "answers.yaml", "--approve-all", "--no-keep"];

function project(sandbox: object) {
  const toolsets = { shell: { default: {}, sandbox } };
  return folderWith({
    "main.worker": `---\nmodel: test\ntoolsets: ${JSON.stringify(toolsets)}\n---\nYou work.\n`,
    "answers.yaml": "- { tool_call: { name: shell, input: { command: echo hi } } }\n- Done.\n",
  });
}
