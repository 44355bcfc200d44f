import type { Json, JsonObject } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";

/** What a worker says of its `filesystem`. */
export interface FilesystemConfig {
  /** As it is written; undefined: the project's folder, and more after asking. */
  readonly basePath: string | undefined;
  readonly readApproval: boolean;
  readonly writeApproval: boolean;
}

interface Key {
  readonly expects: string;
  readonly fits: (value: Json) => boolean;
  /** What holds where the key is absent; undefined: nothing. */
  readonly fallback: Json | undefined;
}

const FLAG = { expects: "true or false", fits: (value: Json) => typeof value === "boolean" };

export const FILESYSTEM_KEYS = {
  base_path: {
    expects: "the path of a folder",
    fits: (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
    fallback: undefined,
  },
  read_approval: { ...FLAG, fallback: false },
  write_approval: { ...FLAG, fallback: true },
} as const satisfies Record<string, Key>;

/** @throws Error that says which key is wrong and what it takes */
export function readConfig(config: JsonObject): FilesystemConfig {
  const keys = Object.keys(FILESYSTEM_KEYS);
  for (const key of Object.keys(config)) {
    if (!keys.includes(key)) throw unknownKey(key, keys);
  }
  const { base_path, read_approval, write_approval } = FILESYSTEM_KEYS;
  // Each value was found to fit its key.
  return {
    basePath: settingOf(config, "base_path", base_path) as string | undefined,
    readApproval: settingOf(config, "read_approval", read_approval) as boolean,
    writeApproval: settingOf(config, "write_approval", write_approval) as boolean,
  };
}

function settingOf(config: JsonObject, name: string, key: Key): Json | undefined {
  const value = Object.hasOwn(config, name) ? config[name] : undefined;
  if (value === undefined) return key.fallback;
  if (key.fits(value)) return value;
  throw new Error(`"${name}" must be ${key.expects}, not ${JSON.stringify(value)}`);
}

function unknownKey(key: string, keys: readonly string[]): Error {
  const near = nearest(key, keys);
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  return new Error(`unknown key "${key}"${meant} (known: ${keys.join(", ")})`);
}
