import type { Json } from "../../model/json.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { shapeOf } from "./shape.ts";
import { type SplitInput, splitInput } from "./split.ts";

/** One distinct input, with all calls that had it. */
export interface DistinctInput extends SplitInput {
  readonly input: Json;
  readonly shape: string;
  /** In recorded order; at least one. */
  readonly calls: readonly [RecordedCall, ...RecordedCall[]];
}

/** The distinct inputs of calls, in the order in which they were first recorded. */
export function distinctInputs(calls: readonly RecordedCall[]): readonly DistinctInput[] {
  const byKey = new Map<string, DistinctInput & { calls: [RecordedCall, ...RecordedCall[]] }>();
  for (const call of calls) {
    const { key, side } = splitInput(call.input);
    const known = byKey.get(key);
    if (known) known.calls.push(call);
    else {
      const { input } = call;
      byKey.set(key, { key, side, input, shape: shapeOf(input), calls: [call] });
    }
  }
  return [...byKey.values()];
}
