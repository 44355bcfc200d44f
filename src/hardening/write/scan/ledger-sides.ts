import { dirname, resolve } from "node:path";
import { modelHash } from "../../../certificate/certificate.ts";
import { ledgerPlace, readLedger } from "../../../certificate/ledger-file.ts";
import { LedgerView } from "../../../certificate/ledger-view.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { Host } from "../../../host/host.ts";
import { promptHash } from "../../../project/lock/fingerprints.ts";
import { workerHead } from "../../../runtime/worker/worker-head.ts";
import { type DistinctInput, distinctInputs } from "../../recordings/distinct-inputs.ts";
import type { RecordedCall } from "../../recordings/recorded-call.ts";
import type { HardeningPaths } from "../scaffold/hardening-paths.ts";

/** Whose calls they are. */
interface CallsOf {
  readonly worker: WorkerFunction;
  readonly model: string | undefined;
  readonly paths: HardeningPaths;
}

/**
 * The distinct inputs of a worker's calls, each on the side on which its ledger has it: what was opened
 * is there to learn from. Without a ledger they are on the sides on which they will be listed. What was
 * imported is never evidence, so it is there to learn from.
 *
 * @throws LlmDoError `file` when the ledger is damaged or another worker's
 */
export function inputsBySide(
  calls: readonly RecordedCall[],
  { worker, model, paths }: CallsOf,
  host: Host,
): readonly DistinctInput[] {
  const place = ledgerPlace(
    { name: worker.name, path: resolve(host.cwd, worker.file) },
    dirname(paths.ledger),
  );
  const ledger = readLedger(place, host);
  const inputs = distinctInputs(calls, ledger?.holdout);
  const part = {
    prompt: promptHash(workerHead(worker)),
    model: modelHash(model ?? calls[0]?.model ?? ""),
  };
  const listed = new Map(
    ledger ? new LedgerView(ledger).listed(part).map(({ key, side }) => [key, side] as const) : [],
  );
  return inputs.map((input) => {
    const drawn = input.calls[0].origin === "imported" ? "train" : input.side;
    return { ...input, side: listed.get(input.key) ?? drawn };
  });
}
