import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json } from "../../src/model/json.ts";

/** A place where a recorded body and the encoded one are not the same. */
export interface Difference {
  /** As in `messages[1].content[0].cache_control`. */
  readonly path: string;
  readonly recorded: Json | undefined;
  readonly encoded: Json | undefined;
}

/** Why recorded and encoded bodies may differ at a place. */
export interface Reason {
  readonly path: RegExp;
  readonly why: string;
  /** Whether these two values are the ones that the reason speaks of. */
  readonly holds: (recorded: Json | undefined, encoded: Json | undefined) => boolean;
}

/** All differences, each at the deepest place that both sides have. */
export function differences(
  recorded: Json | undefined,
  encoded: Json | undefined,
  path = "",
): Difference[] {
  if (isDeepStrictEqual(recorded, encoded)) return [];
  if (Array.isArray(recorded) && Array.isArray(encoded)) {
    const longer = recorded.length > encoded.length ? recorded : encoded;
    return longer.flatMap((_, index) =>
      differences(recorded[index], encoded[index], `${path}[${index}]`),
    );
  }
  if (isJsonObject(recorded) && isJsonObject(encoded)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(encoded)]);
    return [...names].flatMap((name) =>
      differences(recorded[name], encoded[name], path === "" ? name : `${path}.${name}`),
    );
  }
  return [{ path, recorded, encoded }];
}

/** The reason that explains a difference. */
export function reasonFor(
  { path, recorded, encoded }: Difference,
  reasons: readonly Reason[],
): Reason | undefined {
  return reasons.find((reason) => reason.path.test(path) && reason.holds(recorded, encoded));
}
