import type { Format } from "../../src/format/reader.ts";
import { PROJECT_CONFIG } from "../../src/project/config/project-config.ts";
import { TOOLSET_FORMATS } from "../../src/toolsets/config-formats.ts";
import { SERVER } from "../../src/toolsets/mcp/mcp-config.ts";
import { SANDBOX } from "../../src/toolsets/sandbox/sandbox-config.ts";

/** Every description of something that people write, by a name. Each must keep the law. */
export const DESCRIPTIONS: ReadonlyMap<string, Format<unknown>> = new Map<string, Format<unknown>>([
  ...[...TOOLSET_FORMATS].map(([name, format]) => [`toolsets.${name}`, format] as const),
  ["toolsets.mcp.NAME", SERVER],
  ["sandbox", SANDBOX],
  ["llm-do.yaml", PROJECT_CONFIG],
]);
