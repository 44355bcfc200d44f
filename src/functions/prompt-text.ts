/** An input as the text that a prompt is given. */
export function promptText(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? "");
}
