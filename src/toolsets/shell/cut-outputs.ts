import type { CapturedOutput } from "../../host/host.ts";

/** Both outputs as texts that are together no longer than `maxBytes`. */
interface CutOutputs {
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
  const ownErrors = headWithin(outputs.stderr, half);
  const stdout = headWithin(outputs.stdout, maxBytes - ownErrors.textBytes);
  const stderr = headWithin(outputs.stderr, maxBytes - stdout.textBytes);
  return {
    stdout: withCutNote(stdout, outputs.stdout),
    stderr: withCutNote(stderr, outputs.stderr),
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
function headWithin(output: CapturedOutput, maxBytes: number): Head {
  let fits = decode(output, 0);
  let low = 0;
  let high = Math.min(output.head.length, maxBytes);
  while (low <= high) {
    const middle = Math.ceil((low + high) / 2);
    const head = decode(output, middle);
    if (head.textBytes <= maxBytes) {
      fits = head;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return fits;
}

function decode({ head, totalBytes }: CapturedOutput, length: number): Head {
  const rawBytes = length < totalBytes ? withoutPartOfCharacter(head, length) : length;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(head.subarray(0, rawBytes));
  return { text, textBytes: Buffer.byteLength(text), rawBytes };
}

/** Steps back over a character of UTF-8 that begins before an index and ends behind it. */
function withoutPartOfCharacter(bytes: Uint8Array, index: number): number {
  for (let start = index - 1; start >= Math.max(0, index - 3); start--) {
    const byte = bytes[start] ?? 0;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return start + size > index ? start : index;
  }
  return index;
}

function withCutNote({ text, rawBytes }: Head, { totalBytes }: CapturedOutput): string {
  const cutBytes = totalBytes - rawBytes;
  if (cutBytes === 0) return text;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}[${cutBytes} more bytes were cut off]`;
}
