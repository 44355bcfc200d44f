import type { ApprovalRule } from "../../functions/tool.ts";
import { type Toolset, type ToolsetPlace, toolset } from "../../functions/toolset.ts";
import type { ConfinedFiles } from "../../host/confined/confined-files.ts";
import type { JsonObject } from "../../model/json.ts";
import { openScope } from "./file-scope.ts";
import { readConfig } from "./filesystem-config.ts";
import { listFilesTool } from "./list-files.ts";
import { readFileTool } from "./read-file.ts";
import { createWorkFolder } from "./work-folder.ts";
import { writeFileTool } from "./write-file.ts";

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
