import type { ProviderConfig } from "../provider-config.ts";
import { readBounded } from "./bounded-body.ts";
import type { WireClient } from "./wire.ts";

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

/** How often a server may send a request on to another of its own addresses. */
const MAX_REDIRECTS = 3;

/**
 * A `fetch` that throws {@link StatusFailure} for a status that is no answer. The SDKs keep of such
 * a response only what has the shape of their own provider's errors.
 *
 * Redirects to another origin are such a status: the prompt, and keys in headers of the server's own
 * names, would go to a server that nobody configured.
 *
 * @param prepare changes what the SDK would send
 */
export function checkedFetch(
  prepare: (init: RequestInit | undefined) => RequestInit | undefined = (init) => init,
): typeof fetch {
  return async (input, init) => {
    const prepared: RequestInit = { ...prepare(init), redirect: "manual" };
    let target: typeof input = input;
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(target, prepared);
      if (response.ok) return response;
      const next = redirects < MAX_REDIRECTS ? ownRedirect(response) : undefined;
      if (next === undefined) {
        throw new StatusFailure(response, await readBounded(response, ERROR_BYTES));
      }
      await response.body?.cancel();
      target = next;
    }
  };
}

/** Where a server sends a POST on to within its own origin; with other statuses it becomes a GET. */
function ownRedirect({ status, headers, url }: Response): URL | undefined {
  if (status !== 307 && status !== 308) return undefined;
  const target = URL.parse(headers.get("location") ?? "", url);
  return target?.origin === URL.parse(url)?.origin ? (target ?? undefined) : undefined;
}
