import { LlmDoError } from "../errors/llm-do-error.ts";
import { claimProtocolStreams } from "../host/protocol-streams.ts";
import { listeningPlace } from "./http/listening-place.ts";
import { type McpCommand, openService } from "./mcp-service.ts";

/**
 * `llm-do mcp FILES...`: serves a project's functions on this process's streams until the client
 * goes, or over HTTP until it is interrupted.
 *
 * @throws LlmDoError what keeps it from starting, and `aborted` when it is interrupted
 */
export async function serveProject(options: McpCommand): Promise<void> {
  const { signal, files } = options;
  const place = listeningPlace(options.flags);
  await (place
    ? (await import("./http/serve-http.ts")).serveHttp(options, place)
    : serveStreams(options));
  if (!signal.aborted) return;
  const reason = "it was interrupted";
  throw new LlmDoError({ code: "aborted", verb: "serve", what: files.join(" "), reason });
}

async function serveStreams(options: McpCommand): Promise<void> {
  // Before any file is loaded: code that logs must not speak to the client.
  const { input, output } = claimProtocolStreams();
  const service = await openService(options);
  const { serveMcp, streamTransport } = await import("./serve-mcp.ts");
  const left = new AbortController();
  const leave = () => left.abort(new Error("the client has gone"));
  for (const event of ["end", "close"]) input.once(event, leave);
  const ending = AbortSignal.any([options.signal, left.signal]);
  await serveMcp(service, streamTransport(input, output), ending);
  input.destroy(); // it would keep the process alive
}
