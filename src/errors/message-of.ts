import { maskAddresses } from "./masked-addresses.ts";

/** How many causes and inner errors of one error are told. */
const TOLD_REASONS = 5;

/** How far causes are followed. */
const CAUSE_DEPTH = 5;

/**
 * The message of anything that was thrown; never blank. An error without a message is told by its
 * class, its code, and what its causes and inner errors say, as Node's errors of a connection want
 * it: `AggregateError (ECONNREFUSED): connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1`.
 * An AggregateError with a message is told with its inner errors too. Credentials in addresses are
 * masked: a library quotes the address that it could not reach.
 */
export function messageOf(thrown: unknown): string {
  return maskAddresses(tell(thrown, []));
}

/** A code that an error carries beside its message, such as `ECONNREFUSED`. */
function toldCode(error: Error): string | undefined {
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "number") return String(code);
  return typeof code === "string" && code.trim() !== "" ? code : undefined;
}

/** @param above the errors that this one is a cause of */
function tell(thrown: unknown, above: readonly unknown[]): string {
  if (!(thrown instanceof Error)) return tellValue(thrown);
  const message = trimmedText(thrown.message);
  const isGroup = thrown instanceof AggregateError;
  if (message !== "" && !isGroup) return thrown.message;
  const reasons = above.length < CAUSE_DEPTH ? reasonsOf(thrown, [...above, thrown]) : [];
  const code = toldCode(thrown);
  if (reasons.length > 0) {
    const named = code === undefined ? classOf(thrown) : `${classOf(thrown)} (${code})`;
    return `${message === "" ? named : message}: ${reasons.join("; ")}`;
  }
  if (message !== "") return thrown.message;
  return code === undefined
    ? `${classOf(thrown)} without a message`
    : `${classOf(thrown)}: ${code}`;
}

function classOf(error: Error): string {
  const name = trimmedText(error.name);
  const made = trimmedText(error.constructor?.name);
  return (name === "" || name === "Error" ? made : name) || "Error";
}

/** What the causes and inner errors say, each once; one that leads back to itself says no more. */
function reasonsOf(error: Error, chain: readonly unknown[]): string[] {
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const causes = error.cause === undefined || error.cause === null ? [] : [error.cause];
  const others = [...inner, ...causes].filter((reason) => !chain.includes(reason));
  const told = [...new Set(others.map((reason) => tell(reason, chain)))];
  if (told.length <= TOLD_REASONS) return told;
  return [...told.slice(0, TOLD_REASONS), `and ${told.length - TOLD_REASONS} more`];
}

/** What was thrown and is not an Error: a text, an object of another library, or nothing. */
function tellValue(thrown: unknown): string {
  if (typeof thrown === "string")
    return trimmedText(thrown) === "" ? "an error without a message" : thrown;
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  const message = "message" in thrown ? trimmedText(thrown.message) : "";
  if (message !== "") return message;
  try {
    return JSON.stringify(thrown) ?? "an error without a message";
  } catch {
    return "an error without a message";
  }
}

function trimmedText(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
