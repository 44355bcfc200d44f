import { parse } from "yaml";
import type { Format } from "../../src/format/reader.ts";
import type { Json } from "../../src/model/json.ts";
import { PROJECT_CONFIG } from "../../src/project/config/project-config.ts";
import { LOCK } from "../../src/project/lock/lock-file.ts";
import { SCRIPT_ENTRY } from "../../src/providers/script/script-item.ts";
import { CASE_FILE } from "../../src/testing/cases/file/case-keys.ts";
import { TOOLSET_FORMATS } from "../../src/toolsets/config-formats.ts";
import { SERVER } from "../../src/toolsets/mcp/mcp-config.ts";
import { SANDBOX } from "../../src/toolsets/sandbox/sandbox-config.ts";
import { FRONT_MATTER } from "../../src/worker/front-matter-keys.ts";
import { FILES } from "./valid-files.ts";

/** Every description of something that people write, by a name. Each must keep the law. */
export const DESCRIPTIONS: ReadonlyMap<string, Format<unknown>> = new Map<string, Format<unknown>>([
  ...[...TOOLSET_FORMATS].map(([name, format]) => [`toolsets.${name}`, format] as const),
  ["toolsets.mcp.NAME", SERVER],
  ["sandbox", SANDBOX],
  ["llm-do.yaml", PROJECT_CONFIG],
  ["an item of a script", SCRIPT_ENTRY],
]);

/** The descriptions of whole files, of which few made-up values are valid, each with one that is. */
export const DESCRIBED_FILES: readonly (readonly [string, Format<unknown>, Json])[] = [
  ["a worker file", FRONT_MATTER, sampleOf("a worker file")],
  ["a file of cases", CASE_FILE, sampleOf("a file of cases")],
  ["llm-do.yaml", PROJECT_CONFIG, sampleOf("llm-do.yaml")],
  ["the lock file", LOCK, sampleOf("the lock file")],
];

function sampleOf(kind: string): Json {
  const text = FILES.find(([name]) => name === kind)?.[2] ?? "";
  const [, frontMatter = text] = /^---\n(.*?)\n---\n/s.exec(text) ?? [];
  return parse(frontMatter.replaceAll("^", "")); // a sample of our own, of plain JSON values
}
