import type { Field } from "../../format/reader.ts";
import type { ApprovalRule } from "../../functions/tool.ts";
import { type Toolset, type ToolsetPlace, toolset } from "../../functions/toolset.ts";
import type { ConfinedFiles } from "../../host/confined/confined-files.ts";
import { readFileTool, writeFileTool } from "./file-tools.ts";
import { FILESYSTEM } from "./filesystem-config.ts";
import { listFilesTool } from "./list-files.ts";
import { createWorkFolder, openScope } from "./work-folder.ts";

/**
 * The built-in toolset `filesystem`: `read_file`, `write_file` and `list_files`, for text files.
 *
 * With `base_path` nothing outside of that folder is reachable. Without, everything outside of the
 * project's folder is reachable after a person has been asked.
 *
 * @throws LlmDoError for what is wrong with the configuration, with its place
 */
export function makeFilesystem(config: Field, place: ToolsetPlace, files: ConfinedFiles): Toolset {
  const { base_path: basePath, read_approval, write_approval } = FILESYSTEM.read(config);
  const folder = createWorkFolder(openScope({ basePath }, place.cwd, files), place.cwd, files);
  return toolset({
    read_file: readFileTool(folder, ruleOf(read_approval)),
    write_file: writeFileTool(folder, ruleOf(write_approval)),
    list_files: listFilesTool(folder, ruleOf(read_approval)),
  });
}

function ruleOf(needsApproval: boolean): ApprovalRule {
  return needsApproval ? "ask" : "allow";
}
