import { readBounded } from "./bounded-body.ts";

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
 * a response only what has the shape of their own provider's errors.
 *
 * @param prepare changes what the SDK would send
 */
export function checkedFetch(
  prepare: (init: RequestInit | undefined) => RequestInit | undefined = (init) => init,
): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, prepare(init));
    if (response.ok) return response;
    throw new StatusFailure(response, await readBounded(response, ERROR_BYTES));
  };
}
