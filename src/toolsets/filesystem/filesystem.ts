import type { ApprovalRule } from "../../functions/tool.ts";
import { type Toolset, type ToolsetPlace, toolset } from "../../functions/toolset.ts";
import type { ConfinedFiles } from "../../host/confined/confined-files.ts";
import { type Json, type JsonObject, ownField } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import { readFileTool, writeFileTool } from "./file-tools.ts";
import { listFilesTool } from "./list-files.ts";
import { createWorkFolder, openScope } from "./work-folder.ts";

/**
 * The built-in toolset `filesystem`: `read_file`, `write_file` and `list_files`, for text files.
 *
 * With `base_path` nothing outside of that folder is reachable. Without, everything outside of the
 * project's folder is reachable after a person has been asked.
 *
 * @throws Error that says which key of the configuration is wrong
 */
export function makeFilesystem(
  config: JsonObject,
  place: ToolsetPlace,
  files: ConfinedFiles,
): Toolset {
  const read = readConfig(config);
  const folder = createWorkFolder(openScope(read, place.cwd, files), place.cwd, files);
  return toolset({
    read_file: readFileTool(folder, ruleOf(read.readApproval)),
    write_file: writeFileTool(folder, ruleOf(read.writeApproval)),
    list_files: listFilesTool(folder, ruleOf(read.readApproval)),
  });
}

function ruleOf(needsApproval: boolean): ApprovalRule {
  return needsApproval ? "ask" : "allow";
}

/** What a worker says of its `filesystem`. */
interface FilesystemConfig {
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
function readConfig(config: JsonObject): FilesystemConfig {
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
  const value = ownField(config, name);
  if (value === undefined) return key.fallback;
  if (key.fits(value)) return value;
  throw new Error(`"${name}" must be ${key.expects}, not ${JSON.stringify(value)}`);
}

function unknownKey(key: string, keys: readonly string[]): Error {
  const near = nearest(key, keys);
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  return new Error(`unknown key "${key}"${meant} (known: ${keys.join(", ")})`);
}
