import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that passed, with how it was answered. */
interface Passed {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Whether a stream was asked for. */
  readonly stream: unknown;
  readonly answeredWith: string | null;
}

export interface Tap extends AsyncDisposable {
  readonly url: string;
  readonly passed: readonly Passed[];
  clear(): void;
}

/** Headers that hold for one connection only. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "host",
  "transfer-encoding",
]);

/**
 * A server in between that keeps what passes: aimock hides the values of headers that hold keys.
 *
 * @param canStream false: it asks for answers in one piece, whatever it is asked for
 */
export async function tap(target: string, { canStream = true } = {}): Promise<Tap> {
  const passed: Passed[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { stream, stream_options, ...rest } = JSON.parse(Buffer.concat(chunks).toString());
    const sent = Object.entries(request.headers).filter(([name]) => !OF_CONNECTION.has(name));
    const answer = await fetch(target + request.url, {
      method: "POST",
      headers: sent.map(([name, value]) => [name, String(value)]),
      body: JSON.stringify(canStream ? { stream, stream_options, ...rest } : rest),
    });
    const answeredWith = answer.headers.get("content-type");
    passed.push({ path: request.url, headers: request.headers, stream, answeredWith });
    response.writeHead(answer.status, { "content-type": answeredWith ?? "text/plain" });
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    passed,
    clear: () => {
      passed.length = 0;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
