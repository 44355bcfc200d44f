import { softenTool } from "../hardening/write/soften/soften-tool.ts";
import type { Host } from "../host/host.ts";
import { counted } from "../words/counted.ts";
import type { SoftenFlags } from "./swap-flags.ts";

/**
 * `llm-do soften TOOL`: writes a worker of the tool's name.
 *
 * @throws LlmDoError what keeps it from that; nothing is written then
 */
export async function softenCommand(
  tool: string,
  { out, force, model, recordings }: SoftenFlags,
  host: Host,
): Promise<void> {
  const request = { tool, out, isForced: force === true, model, recordings };
  const { path, examples } = await softenTool(request, host);
  const shown = examples === 0 ? "no recorded examples" : counted(examples, "recorded example");
  host.stdout.write(`wrote ${path}, with ${shown}\n`);
}
