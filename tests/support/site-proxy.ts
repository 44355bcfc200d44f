import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { extname, join } from "node:path";
import { searchSite } from "./site-search.ts";

/** The host that searches the others. */
const SEARCH_HOST = "search.example";

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

export interface SiteProxy extends AsyncDisposable {
  /** What sends the requests of a program that Node runs through the proxy. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A small web of one's own: an HTTP proxy on a free port of this machine that answers
 * `http://HOST/PATH` with the file `HOST/PATH` of a folder, and searches all its pages for
 * `http://search.example/search?q=WORDS`. What is fetched through it has the same addresses in every
 * run, and hosts under `.example` are nobody's, so nothing outside can answer in its place.
 *
 * Whoever starts a program with its `env` has to go on running meanwhile: the proxy is in this process.
 */
export async function startSiteProxy(folder: string): Promise<SiteProxy> {
  const server = createServer((request, response) => answer(folder, request, response));
  // Node's fetch asks for a tunnel also to where nothing is encrypted.
  server.on("connect", (_request: IncomingMessage, socket: Socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    server.emit("connection", socket);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    env: { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: `http://127.0.0.1:${port}` },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { host, pathname, searchParams } = new URL(
    request.url ?? "/",
    `http://${request.headers.host}`,
  );
  const file = join(folder, host, pathname);
  if (host === SEARCH_HOST && pathname === "/search") {
    const results = searchSite(folder, searchParams.get("q") ?? "");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ results }));
  } else if (existsSync(file) && statSync(file).isFile()) {
    response.setHeader("content-type", MEDIA_TYPES[extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  } else {
    response.writeHead(404, { "content-type": "text/plain" });
    response.end("there is no such page");
  }
}
