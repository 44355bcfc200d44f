import type { Format } from "../../src/format/reader.ts";
import { PROJECT_CONFIG } from "../../src/project/config/project-config.ts";
import { LOCK } from "../../src/project/lock/lock-file.ts";
import { CASE_FILE } from "../../src/testing/cases/file/case-keys.ts";
import { TOOLSET_FORMATS } from "../../src/toolsets/config-formats.ts";
import { SERVER } from "../../src/toolsets/mcp/mcp-config.ts";
import { SANDBOX } from "../../src/toolsets/sandbox/sandbox-config.ts";
import { FRONT_MATTER } from "../../src/worker/front-matter-keys.ts";

/** Every description of something that people write, by a name. Each must keep the law. */
export const DESCRIPTIONS: ReadonlyMap<string, Format<unknown>> = new Map<string, Format<unknown>>([
  ...[...TOOLSET_FORMATS].map(([name, format]) => [`toolsets.${name}`, format] as const),
  ["toolsets.mcp.NAME", SERVER],
  ["sandbox", SANDBOX],
  ["cases", CASE_FILE],
  ["front matter", FRONT_MATTER],
  ["llm-do.yaml", PROJECT_CONFIG],
  ["llm-do.lock.yaml", LOCK],
]);
