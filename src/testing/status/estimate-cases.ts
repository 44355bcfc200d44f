import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { type CassetteStatus, cassetteStatus } from "./cassette-status.ts";
import { entryModel, listPrice } from "./list-prices.ts";
import {
  type EstimateRequest,
  estimateRecording,
  type RecordingEstimate,
} from "./recording-estimate.ts";

/** Estimates what recording some cases comes to; in `auto` it replays them to see what is stale. */
export async function estimateCases(
  cases: readonly TestCase[],
  { mode, host }: { readonly mode: EstimateRequest["mode"]; readonly host: Host },
): Promise<RecordingEstimate> {
  const { files } = host;
  const statuses = new Map<string, CassetteStatus>();
  for (const one of mode === "auto" ? cases : []) {
    if (one.cassette === "none" || !files.stat(one.cassette)) continue;
    const status = await statusOf(one, host);
    if (status) statuses.set(one.cassette, status);
  }
  return estimateRecording({
    mode,
    cases,
    recordingOf: ({ cassette }) => (files.stat(cassette) ? cassette : undefined),
    listPriceOf: (one) => listPrice(entryModel(one, host) ?? ""),
    casesOf: (file) => cases.filter(({ place }) => place.file === file),
    statusOf: (cassette) => statuses.get(cassette),
    files,
  });
}

async function statusOf(one: TestCase, host: Host): Promise<CassetteStatus | undefined> {
  try {
    return await cassetteStatus(one.cassette, [one], host);
  } catch (error) {
    if (isLlmDoError(error)) return undefined; // running the case says what is wrong
    throw error;
  }
}
