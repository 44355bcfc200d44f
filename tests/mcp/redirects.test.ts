import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { runMcp } from "./mcp-project.ts";

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

test.each([301, 302, 303, 307, 308])(
  "a server that sends on to another one with status %i gets no header and no message there",
  async (status) => {
    const asked: string[] = [];
    const other = await listening((request, response) => {
      asked.push(`${request.method} ${request.headers.authorization}`);
      response.end();
    });
    const own = await listening((request, response) => {
      request.resume();
      response.writeHead(status, { location: `${other}/mcp?token=secret` }).end();
    });
    const { error } = await runMcp({
      mcp: { url: `${own}/mcp`, headers: { Authorization: "Bearer in-the-header" } },
      script: "- tool_call: { name: work, input: {} }\n- Done.",
    });
    expect(error).toContain(`the server sends requests on to ${other}/mcp`);
    expect(error).not.toContain("token=");
    expect(asked).toEqual([]);
  },
);
