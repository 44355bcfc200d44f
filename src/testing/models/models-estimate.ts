import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type Bill, formatUsd } from "../../cassette/read/bill.ts";
import { wholeBillOf } from "../../cassette/read/read-exchanges.ts";
import type { CassetteMode } from "../../cassette/state/session-state.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { costUsd } from "../../model/prices.ts";
import { estimateCases } from "../status/estimate-cases.ts";
import { estimateText } from "../status/recording-estimate.ts";
import type { ModelPlan, PlannedCase } from "./plan-models.ts";

/**
 * What recording a model comes to before it is asked, in words; undefined where nothing is to be
 * recorded. A model without any recordings is priced by the tokens of other models' recordings.
 */
export async function modelEstimate(
  model: string,
  { byModel }: ModelPlan,
  { mode, host }: { readonly mode: CassetteMode; readonly host: Host },
): Promise<string | undefined> {
  if (mode === "replay") return undefined;
  const planned = (byModel.get(model) ?? []).filter(({ isCompatible }) => isCompatible);
  const cases = planned.map(({ one }) => one);
  const estimate = await estimateCases(cases, { mode, host });
  const text = estimateText(estimate, mode);
  const isUnpriced = estimate.unrecorded > 0 && estimate.unpriced === estimate.unrecorded;
  if (!isUnpriced || estimate.anew > 0) return text;
  const usd = usdByOthers(planned, byModel, host);
  if (usd === undefined) return text;
  const price = formatUsd(usd);
  const about = price.startsWith("$") ? `about ${price}` : price;
  return `${estimate.unrecorded} unrecorded, ${about} by the tokens of other models`;
}

/** What cases cost with a model where it takes the tokens that another model took. */
function usdByOthers(
  planned: readonly PlannedCase[],
  byModel: ModelPlan["byModel"],
  host: Host,
): number | undefined {
  const { files } = host;
  let total = 0;
  for (const { name, model, one } of planned) {
    if (files.stat(one.cassette) || one.script !== undefined) continue;
    const others = [...byModel.values()].flatMap((each) => each.filter((of) => of.name === name));
    const recorded = others.find((other) => files.stat(other.one.cassette));
    if (!recorded) return undefined;
    const bill = billAt(recorded.one.cassette, host);
    const usd = !bill || bill.scripted > 0 ? undefined : costUsd(model, bill.usage);
    if (usd === undefined) return undefined;
    total += usd;
  }
  return total;
}

function billAt(cassette: string, { files }: Host): Bill | undefined {
  try {
    return wholeBillOf(CassetteFile.read(cassette, files));
  } catch (error) {
    if (isLlmDoError(error)) return undefined; // running the case says what is wrong with it
    throw error;
  }
}
