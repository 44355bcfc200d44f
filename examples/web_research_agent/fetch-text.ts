export interface FetchOptions {
  /** Media types that are read; others are refused before their content is. */
  readonly types: readonly string[];
  readonly timeoutMs: number;
  /** Ends the request when the run ends. */
  readonly signal: AbortSignal;
  /** Throws at an address that a redirect must not lead to. Default: none is refused. */
  readonly check?: (address: string) => URL;
}

export interface FetchedText {
  /** The address that answered in the end. */
  readonly url: string;
  readonly type: string;
  readonly text: string;
  /** Whether there was more than is read at most. */
  readonly truncated: boolean;
}

/** A page of text is seldom a tenth of this; whatever is larger is not meant to be read. */
const MAX_BYTES = 1024 * 1024;

const MAX_REDIRECTS = 5;

/**
 * Gets a text by HTTP. What it throws says what a model can do about it.
 *
 * @throws Error when the server is not reached, or answers with an error or with something else
 */
export async function fetchText(url: URL, options: FetchOptions): Promise<FetchedText> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const response = await follow(url, { ...options, signal });
  const [mediaType = "", ...parameters] = (response.headers.get("content-type") ?? "").split(";");
  const type = mediaType.trim().toLowerCase();
  if (!options.types.includes(type)) {
    await response.body?.cancel();
    throw new Error(`it is ${type || "of no type"}, not ${options.types.join(" or ")}`);
  }
  const { bytes, truncated } = await readUpTo(MAX_BYTES, response);
  const charset = /charset="?([^"\s;]+)/i.exec(parameters.join(";"))?.[1] ?? "utf-8";
  const text = new TextDecoder(charset).decode(bytes);
  return { url: response.url, type, text, truncated };
}

/** Follows redirects by hand, since each of them has to be checked before it is followed. */
async function follow(start: URL, { signal, check }: FetchOptions): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, { signal, redirect: "manual" }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new Error(`${url.host} cannot be reached`, { cause: error });
    });
    const location = response.headers.get("location");
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status < 300 || response.status > 399 || location === null) {
      throw new Error(`${url.host} answers with status ${response.status}`);
    }
    const next = new URL(location, url);
    url = check ? check(next.href) : next;
  }
  throw new Error(`${start.host} redirects more than ${MAX_REDIRECTS} times`);
}

async function readUpTo(maxBytes: number, response: Response) {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk.subarray(0, maxBytes - byteCount));
    byteCount += chunk.length;
    if (byteCount > maxBytes) break; // which also ends the request
  }
  return { bytes: Buffer.concat(chunks), truncated: byteCount > maxBytes };
}
