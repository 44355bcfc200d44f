import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

/** How long the gateway may take to answer its first request. */
const START_TIMEOUT_MS = 20_000;

export interface Gateway extends AsyncDisposable {
  readonly url: string;
}

/**
 * Portkey's gateway, as its users start it on their own machines.
 *
 * @param canStream whether the fault that makes it fail on every stream is worked around
 */
export async function portkeyGateway({ canStream = true } = {}): Promise<Gateway> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = fileURLToPath(import.meta.resolve("@portkey-ai/gateway/build/start-server.js"));
  const shim = new URL("./tolerate-immutable-headers.mjs", import.meta.url).href;
  const child = spawn(
    process.execPath,
    [...(canStream ? ["--import", shim] : []), start, `--port=${port}`, "--headless"],
    { stdio: "ignore", env: { PATH: process.env["PATH"] ?? "" } },
  );
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const stop = async () => {
    child.kill();
    await ended;
  };
  try {
    await answers(url, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  await new Promise((done) => server.close(done));
  return port;
}

async function answers(url: string, ended: Promise<void>): Promise<void> {
  let hasEnded = false;
  ended.then(() => {
    hasEnded = true;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!hasEnded && Date.now() < deadline) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  throw new Error(`Portkey's gateway ${hasEnded ? "ended at once" : "does not answer"}`);
}
