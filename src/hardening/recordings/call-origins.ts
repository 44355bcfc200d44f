import type { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { answeredCall, originOf } from "../../cassette/file/gate-entries.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import type { CallOrigin } from "./recorded-call.ts";

/** The source of exchanges that come from somebody else's log. */
const IMPORTED = "imported";

/** Where a cassette tells several origins of one call, the first of these counts: the most careful one. */
const MOST_CAREFUL: readonly CallOrigin[] = ["fallback", "check", "shadow", "traffic"];

/** Tells why a worker's prompt was asked, from what a cassette says of calls that also have code. */
export class CallOrigins {
  readonly #byCall = new Map<string, Set<CallOrigin>>();

  constructor(worker: string, file: CassetteFile) {
    for (const slice of file.slices) {
      if (slice.kind !== "effect" || !isAnswer(file.text.slice(slice.start, slice.end))) continue;
      const call = answeredCall(file.fields(slice));
      if (call?.function !== worker) continue;
      // Runs that share a cassette give their calls the same names.
      const at = withInput(call.call, call.input);
      this.#byCall.set(at, (this.#byCall.get(at) ?? new Set()).add(originOf(call)));
    }
  }

  /** @param source of the call's exchanges, as the cassette has it */
  of(callId: string, input: Json, source: string): CallOrigin {
    if (source === IMPORTED) return "imported";
    if (this.#byCall.size === 0) return "traffic";
    const known = this.#byCall.get(withInput(callId, input));
    return MOST_CAREFUL.find((origin) => known?.has(origin)) ?? "traffic";
  }
}

function isAnswer(entry: string): boolean {
  return /^answered: /m.test(entry);
}

function withInput(call: string, input: Json): string {
  return `${call} ${canonicalJson(input)}`;
}
