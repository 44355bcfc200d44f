import type { Summary } from "../cassette/state/summary.ts";
import type { Pruned } from "../cassette/upkeep/prune.ts";
import type { Rekeyed } from "../cassette/upkeep/rekey.ts";
import { errorFields, type LlmDoError } from "../errors/llm-do-error.ts";
import { maskAddresses } from "../errors/masked-addresses.ts";
import type { Output } from "../host/host.ts";
import type { Finding, Note } from "../project/check/check-project.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import type { CassetteStatus } from "../testing/status/cassette-status.ts";

/** A line of `--json` that belongs to no event of the run. */
type JsonNotice =
  | { readonly kind: "warning"; readonly message: string }
  | { readonly kind: "summary"; readonly summary: Summary }
  | ({ readonly kind: "finding" } & Finding)
  | ({ readonly kind: "note" } & Note)
  | ({ readonly kind: "cassette" } & CassetteStatus)
  /** A recording that no case uses. */
  | { readonly kind: "orphan"; readonly path: string }
  | ({ readonly kind: "pruned" } & Pruned)
  | ({ readonly kind: "rekeyed" } & Rekeyed);

/**
 * Writes one JSON object per line.
 *
 * @param mask what is done to each text, but to what streams in, in pieces, and to what somebody is
 * asked about, who has to see all of it
 */
export function jsonView(
  output: Output,
  mask = maskAddresses,
): (line: RunEvent | JsonNotice) => void {
  return (line) => output.write(jsonLine(line, SHOWN_WHOLE.has(line.kind) ? undefined : mask));
}

const SHOWN_WHOLE: ReadonlySet<string> = new Set([
  "text-delta",
  "thinking-delta",
  "approval-request",
]);

/** The line for an error that kept a run from starting. */
export function jsonError(error: LlmDoError): string {
  const { code, message } = error;
  const line = { kind: "error", code, message, report: error.report(), ...errorFields(error) };
  return jsonLine(line);
}

/** The line that `--debug` adds. */
export function jsonStack(stack: string): string {
  return jsonLine({ kind: "stack", stack });
}

/** Credentials in addresses are masked, as in everything else that is shown of a run. */
function jsonLine(line: object, mask = maskAddresses): string {
  const masked = (_key: string, value: unknown) =>
    typeof value === "string" ? mask(value) : value;
  return `${JSON.stringify(line, masked)}\n`;
}
