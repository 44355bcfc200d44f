import type { CapturedOutput } from "../../host/processes.ts";

/** Both outputs as texts that are together no longer than `maxBytes`. */
export interface CutOutputs {
  readonly stdout: string;
  readonly stderr: string;
  readonly isCut: boolean;
}

/**
 * Cuts two outputs to `maxBytes` bytes of UTF-8 together. Neither can push the other out: half of
 * the room is each one's own, and what one leaves free the other may take. What was cut off is
 * counted in a line that is added below, beyond `maxBytes`.
 */
export function cutOutputs(
  outputs: { readonly stdout: CapturedOutput; readonly stderr: CapturedOutput },
  maxBytes: number,
): CutOutputs {
  const half = Math.floor(maxBytes / 2);
  const ownErrors = headWithin(outputs.stderr.head, half);
  const stdout = headWithin(outputs.stdout.head, maxBytes - ownErrors.textBytes);
  const stderr = headWithin(outputs.stderr.head, maxBytes - stdout.textBytes);
  return {
    stdout: shown(stdout, outputs.stdout),
    stderr: shown(stderr, outputs.stderr),
    isCut:
      stdout.rawBytes < outputs.stdout.totalBytes || stderr.rawBytes < outputs.stderr.totalBytes,
  };
}

interface Head {
  readonly text: string;
  /** Size of the text, which is larger than what was read where that is no UTF-8. */
  readonly textBytes: number;
  readonly rawBytes: number;
}

/** The longest beginning that ends with a character and whose text fits. */
function headWithin(bytes: Uint8Array, maxBytes: number): Head {
  let fits = decode(bytes, 0);
  let low = 0;
  let high = Math.min(bytes.length, maxBytes);
  while (low <= high) {
    const middle = Math.ceil((low + high) / 2);
    const head = decode(bytes, middle);
    if (head.textBytes <= maxBytes) {
      fits = head;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return fits;
}

function decode(bytes: Uint8Array, length: number): Head {
  const rawBytes = length < bytes.length ? characterStart(bytes, length) : length;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, rawBytes));
  return { text, textBytes: Buffer.byteLength(text), rawBytes };
}

/** The last index up to `index` at which a character may begin; UTF-8 has at most 4 bytes each. */
function characterStart(bytes: Uint8Array, index: number): number {
  for (let start = index; start > Math.max(0, index - 4); start--) {
    if (((bytes[start] ?? 0) & 0xc0) !== 0x80) return start;
  }
  return index;
}

function shown({ text, rawBytes }: Head, { totalBytes }: CapturedOutput): string {
  const cutBytes = totalBytes - rawBytes;
  if (cutBytes === 0) return text;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}[${cutBytes} more bytes were cut off]`;
}
