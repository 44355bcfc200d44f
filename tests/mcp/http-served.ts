import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import { until } from "./mcp-project.ts";
import { askedClient, type Connected, served } from "./served-project.ts";

export interface HttpServed extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stderr: () => string;
  /** The exit code and the signal of the command. */
  readonly ended: Promise<unknown[]>;
  connect(answer?: ElicitResult): Promise<Omit<Connected, "stderr">>;
}

/** The built command, which listens on a port that is free. */
export async function serveHttp(folder: string, args: readonly string[] = []): Promise<HttpServed> {
  const child = spawn(process.execPath, [...served(["--http", "0", ...args])], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (piece: Buffer) => (stdout += piece));
  child.stderr.on("data", (piece: Buffer) => (stderr += piece));
  const ended = once(child, "close");
  await until(() => stdout.endsWith("/mcp\n") || child.exitCode !== null, "the address");
  const url = stdout.trim();
  return {
    url,
    child,
    stderr: () => stderr,
    ended,
    async connect(answer) {
      const { client, asked } = askedClient(answer);
      const transport = new StreamableHTTPClientTransport(new URL(url));
      // It is one, but for undefined where its type allows an absent key only.
      await client.connect(transport as Parameters<typeof client.connect>[0]);
      return { client, asked, [Symbol.asyncDispose]: () => client.close() };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request with the headers as they are, which `fetch` would not. */
export function send(url: string, { method = "POST", headers = {}, body }: Sent) {
  return new Promise<{ readonly status: number; readonly text: string; readonly id: string }>(
    (resolve, reject) => {
      const sent = request(url, {
        method,
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
      });
      sent.on("error", reject);
      sent.on("response", (response) => {
        let text = "";
        response.on("data", (piece: Buffer) => (text += piece));
        const id = String(response.headers["mcp-session-id"] ?? "");
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, id }));
      });
      sent.end(body);
    },
  );
}

/** A client's first message. */
export const INITIALIZE = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
});
