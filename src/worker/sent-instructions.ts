/** A checkout with other line ends must not change what the model is sent. */
export function sentInstructions(written: string): string {
  return written.replace(/\r\n/g, "\n").trim();
}
