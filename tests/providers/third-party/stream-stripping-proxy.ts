import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Content types of the answers that were passed on. */
  readonly answered: readonly (string | null)[];
}

/** A server in between that never asks for a stream, whatever it is asked for. */
export async function streamStrippingProxy(target: string): Promise<Proxy> {
  const answered: (string | null)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { stream, stream_options, ...body } = JSON.parse(Buffer.concat(chunks).toString());
    const answer = await fetch(target + request.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    answered.push(answer.headers.get("content-type"));
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    answered,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
