import { sameOriginFetch } from "../../../host/same-origin-fetch.ts";
import type { ProviderConfig } from "../provider-config.ts";
import type { WireClient } from "../wire.ts";

/** Configurations whose clients are kept; a process rarely asks more servers. */
const KEPT_CLIENTS = 32;

/**
 * Gives runs with the same configuration the same client. Making one takes as long as a tenth of a
 * short request, and clients keep nothing of what they sent.
 *
 * @param create must look at nothing but the configuration
 */
export function sharedClients(
  create: (config: ProviderConfig) => WireClient,
): (config: ProviderConfig) => WireClient {
  const clients = new Map<string, WireClient>();
  return (config) => {
    const key = JSON.stringify(config);
    const client = clients.get(key) ?? create(config);
    clients.delete(key); // to stand last: the first has not been asked for longest
    clients.set(key, client);
    const [oldest] = clients.keys();
    if (clients.size > KEPT_CLIENTS && oldest !== undefined) clients.delete(oldest);
    return client;
  };
}

/** A response whose status says that it is no answer. */
export class StatusFailure extends Error {
  readonly status: number;
  readonly headers: Headers;
  /** The body's text, as it came. */
  readonly body: string;

  constructor(response: Response, body: string) {
    // Neutral words: the SDKs take an error for a timeout by its message.
    super(`status ${response.status}`);
    this.status = response.status;
    this.headers = response.headers;
    this.body = body;
  }
}

/** Characters of an error's body that are read; what is shown of it is far shorter. */
const ERROR_BYTES = 1024 * 1024;

/**
 * A `fetch` that throws {@link StatusFailure} for a status that is no answer. The SDKs keep of such
 * a response only what has the shape of their own provider's errors. A redirect to another origin
 * is such a status, too.
 *
 * @param prepare changes what the SDK would send
 */
export function checkedFetch(
  prepare: (init: RequestInit | undefined) => RequestInit | undefined = (init) => init,
): typeof fetch {
  return async (input, init) => {
    const response = await sameOriginFetch(input, prepare(init));
    if (response.ok) return response;
    throw new StatusFailure(response, await readBounded(response, ERROR_BYTES));
  };
}

/** The beginning of a body as text; an error body that breaks off is as good as it came. */
async function readBounded(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  if (!reader) return "";
  let text = "";
  try {
    for (let bytes = 0; bytes < maxBytes; ) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // The status says enough.
  }
  reader.cancel().catch(() => undefined);
  return text + decoder.decode();
}
