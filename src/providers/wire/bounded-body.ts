import { grouped } from "../../words/counted.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { ProviderError } from "../provider-error.ts";

/**
 * Bytes of one response that are read. The longest answers on offer have 128,000 tokens, each in an
 * event of a few hundred bytes, and generated images have a few million bytes each.
 */
export const MAX_RESPONSE_BYTES = 256 * 1024 * 1024;

/** The beginning of a body as text; an error body that breaks off is as good as it came. */
export async function readBounded(response: Response, maxBytes: number): Promise<string> {
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

/**
 * Counts the bytes of a response: arguments of a tool call, or a line, would else be gathered until
 * the memory is full.
 */
export class ByteBudget {
  readonly #provider: string;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ provider, maxResponseBytes = MAX_RESPONSE_BYTES }: ProviderConfig) {
    this.#provider = provider;
    this.#maxBytes = maxResponseBytes;
  }

  /** @throws ProviderError at the first byte too many; asking again would not help */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxBytes) return;
    throw new ProviderError({
      what: this.#provider,
      reason: `its answer has more than ${grouped(this.#maxBytes)} bytes and no end`,
      retryable: false,
      tries: ["check the server that the model's name stands for"],
    });
  }
}
