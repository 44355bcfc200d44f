import type { Format } from "../format/reader.ts";
import { FILESYSTEM } from "./filesystem/filesystem-config.ts";
import { MCP } from "./mcp/mcp-config.ts";
import { SHELL } from "./shell/shell-config.ts";
import { WORKERS } from "./workers/workers-config.ts";

/**
 * What workers' files may say of the toolsets that come with llm-do, by their names. Their approvals
 * are read apart from it. Loads nothing of what makes the toolsets.
 */
export const TOOLSET_FORMATS: ReadonlyMap<string, Format<unknown>> = new Map<
  string,
  Format<unknown>
>([
  ["filesystem", FILESYSTEM],
  ["mcp", MCP],
  ["shell", SHELL],
  ["workers", WORKERS],
]);
