import type { ProviderConfig } from "./provider-config.ts";
import { ProviderError } from "./provider-error.ts";

/**
 * Bytes of one response that are read. The longest answers on offer have 128,000 tokens, each in an
 * event of a few hundred bytes, and generated images have a few million bytes each.
 */
export const MAX_RESPONSE_BYTES = 256 * 1024 * 1024;

/**
 * A `fetch` whose responses end in an error when they go on and on: arguments of a tool call, or a
 * line, would else be gathered until the memory is full.
 */
export function boundedFetch(config: ProviderConfig): typeof fetch {
  const { maxResponseBytes = MAX_RESPONSE_BYTES } = config;
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    const body = response.body.pipeThrough(byteLimit(config.provider, maxResponseBytes));
    return new Response(body, { status, statusText, headers });
  };
}

/** @throws ProviderError, to whoever reads, at the first byte too many; asking again would not help */
function byteLimit(provider: string, maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) controller.enqueue(chunk);
      else controller.error(tooLong(provider, maxBytes));
    },
  });
}

function tooLong(provider: string, maxBytes: number): ProviderError {
  return new ProviderError({
    what: provider,
    reason: `its answer has more than ${maxBytes.toLocaleString("en-US")} bytes and no end`,
    retryable: false,
    tries: ["check the server that the model's name stands for"],
  });
}
