import { resolve } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type AnsweredCall, answeredCall } from "../../cassette/file/gate-entries.ts";
import { LedgerView } from "../../certificate/ledger-view.ts";
import type { SplitLedger } from "../../certificate/split-ledger.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { sideOf, splitInput } from "../recordings/distinct-inputs.ts";
import { findCassettes } from "../recordings/find-cassettes.ts";
import type { PromptRecordings } from "../recordings/prompt-recordings.ts";
import type { ObservedDisagreements, ShownDisagreement } from "./monitored-function.ts";

interface Disagreeing {
  /** The function's. */
  readonly name: string;
  readonly recorded: PromptRecordings | undefined;
  readonly ledger: SplitLedger | undefined;
}

interface CassetteScope {
  readonly recordings: readonly string[] | undefined;
  /** The lock file's folder. */
  readonly top: string;
  readonly host: Host;
}

/**
 * What is on record of inputs on which code and prompt disagreed. A held-out input that is closed is
 * counted and never shown: who has seen it could write it into the tool.
 *
 * @param keys of inputs, as the log has them
 */
export function observedDisagreements(
  keys: readonly string[],
  { name, recorded, ledger }: Disagreeing,
  cassettes: CassetteScope,
): ObservedDisagreements {
  if (keys.length === 0) return { shown: [], heldOut: 0, unrecorded: 0 };
  const calls = callsByKey(name, cassettes);
  const prompted = new Map(recorded?.inputs.map((input) => [input.key, input]));
  const isOpen = openKeys(ledger);
  const shown: ShownDisagreement[] = [];
  let [heldOut, unrecorded] = [0, 0];
  for (const key of keys) {
    const call = calls.get(key);
    const input = call ? call.input : prompted.get(key)?.input;
    // The hash decides as long as no ledger has opened the input.
    if (!isOpen(key) && sideOf(key, ledger?.holdout) === "holdout") heldOut++;
    else if (input === undefined) unrecorded++;
    else {
      const prompt = prompted.get(key)?.calls.at(-1)?.output;
      shown.push({ input, prompt, code: codeAnswer(call) });
    }
  }
  return { shown, heldOut, unrecorded };
}

function openKeys(ledger: SplitLedger | undefined): (key: string) => boolean {
  if (!ledger) return () => false;
  const view = new LedgerView(ledger);
  const parts = ledger.events.filter((event) => event.kind === "inputs");
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const { prompt, model } of parts) {
    if (seen.has(`${prompt} ${model}`)) continue;
    seen.add(`${prompt} ${model}`);
    for (const { key, side } of view.listed({ prompt, model })) if (side === "train") open.add(key);
  }
  return (key) => open.has(key);
}

function codeAnswer(call: AnsweredCall | undefined): Json | undefined {
  if (!call) return undefined;
  const { answered } = call;
  if (answered.by === "code") return answered.output;
  return answered.tried && "output" in answered.tried ? answered.tried.output : undefined;
}

/** The last recorded calls of a function with prompt and code, by the key of their inputs. */
function callsByKey(
  name: string,
  { recordings, top, host }: CassetteScope,
): ReadonlyMap<string, AnsweredCall> {
  const byKey = new Map<string, AnsweredCall>();
  for (const path of findCassettes({ paths: recordings, folder: top }, host)) {
    const file = CassetteFile.read(resolve(host.cwd, path), host.files);
    for (const slice of file.slices) {
      // Most effects are others': a look at the text is enough to leave them alone.
      const at = slice.kind === "effect" ? file.text.indexOf("\nanswered: ", slice.start) : -1;
      if (at < 0 || at >= slice.end) continue;
      const call = answeredCall(file.fields(slice));
      if (call?.function === name) byKey.set(splitInput(call.input).key, call);
    }
  }
  return byKey;
}
