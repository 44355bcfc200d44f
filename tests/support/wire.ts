import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Json, JsonObject } from "../../src/model/json.ts";

/** One recorded HTTP sequence of a provider. */
export interface WireFile {
  readonly file: string;
  readonly provider: string;
  readonly features: readonly string[];
  readonly exchanges: readonly WireExchange[];
}

export interface WireExchange {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: JsonObject;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Parsed JSON, or the text of an event stream. */
    readonly body: Json;
  };
}

const folder = resolve(import.meta.dirname, "../../../shared/wire");

/** Whether the recorded traffic is on this machine. */
export const wireIsHere = existsSync(folder);

/** Put into the titles of tests that need the recorded traffic. */
export const wireTitle = wireIsHere ? "" : " (skipped: the recorded traffic is not here)";

export function wireFiles(provider: string): readonly WireFile[] {
  if (!wireIsHere) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
      ...(JSON.parse(readFileSync(resolve(folder, file), "utf8")) as WireFile),
      file,
    }))
    .filter((wire) => wire.provider === provider);
}
