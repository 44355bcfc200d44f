import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Environment } from "../../src/host/host.ts";
import { collectAnswer } from "../../src/model/answer.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { parseProjectConfig } from "../../src/project/config/project-config.ts";
import { createProviderRouter } from "../../src/providers/registry.ts";
import type { ProviderTable } from "../../src/providers/table/provider-table.ts";

/** What a server was sent. */
export interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: JsonObject;
}

export interface AskedServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
}

const ANSWERS: readonly (readonly [pathEnd: string, answer: object])[] = [
  [
    "/chat/completions",
    {
      id: "c",
      object: "chat.completion",
      choices: [
        { index: 0, finish_reason: "stop", message: { role: "assistant", content: "Done." } },
      ],
    },
  ],
  [
    "/responses",
    {
      id: "r",
      object: "response",
      status: "completed",
      usage: {},
      output: [
        {
          type: "message",
          id: "m",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: "Done.", annotations: [] }],
        },
      ],
    },
  ],
  [
    "/messages",
    {
      id: "m",
      type: "message",
      role: "assistant",
      model: "m",
      content: [{ type: "text", text: "Done." }],
      stop_reason: "end_turn",
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  ],
];

/** A server on this machine that answers "Done." on every wire and keeps what it was sent. */
export async function askedServer(): Promise<AskedServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "", "http://localhost");
    asked.push({
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
      ),
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    const answer = ANSWERS.find(([end]) => url.pathname.endsWith(end))?.[1];
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { error: { message: `nothing is at ${url.pathname}` } }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Sends a request as a project with this `llm-do.yaml` would; the servers' hosts are this one. */
export async function ask(
  server: AskedServer,
  request: Partial<ModelRequest> & Pick<ModelRequest, "model">,
  { config, env = {} }: { readonly config: string; readonly env?: Environment },
): Promise<Asked> {
  const { providers } = parseProjectConfig(config, "llm-do.yaml");
  const options = { env, nowMs: () => 0, extraProviders: onHost(providers, server.url) };
  const nothing = { system: "", messages: [], tools: [], serverTools: [], settings: {} };
  const { signal } = new AbortController();
  await collectAnswer(createProviderRouter(options).stream({ ...nothing, ...request }, { signal }));
  const last = server.asked.at(-1);
  if (!last) throw new Error("nothing was sent");
  return last;
}

function onHost(table: ProviderTable, url: string): ProviderTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => [
      name,
      { ...row, baseUrl: url + new URL(row.baseUrl).pathname.replace(/\/$/, "") },
    ]),
  );
}
