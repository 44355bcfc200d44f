import type { ToolsetFactory } from "../functions/toolset.ts";
import type { Host } from "../host/host.ts";

/** Loads one toolset that comes with llm-do; what it needs of the machine is taken from the host. */
export type LoadBuiltIn = (host: Host) => Promise<ToolsetFactory>;

/** The toolsets that every worker may name, each loaded when one does. */
export const BUILT_IN_TOOLSETS: ReadonlyMap<string, LoadBuiltIn> = new Map<string, LoadBuiltIn>([
  ["filesystem", loadFilesystem],
  ["mcp", loadMcp],
  ["shell", loadShell],
]);

async function loadFilesystem(): Promise<ToolsetFactory> {
  const [{ makeFilesystem }, { nodeConfinedFiles }] = await Promise.all([
    import("./filesystem/filesystem.ts"),
    import("../host/node-confined-files.ts"),
  ]);
  const files = nodeConfinedFiles();
  return (config, place) => makeFilesystem(config, place, files);
}

async function loadMcp(host: Host): Promise<ToolsetFactory> {
  const { makeMcp } = await import("./mcp/make-mcp.ts");
  return (config, place) => makeMcp(config, place, host);
}

async function loadShell({ processes }: Host): Promise<ToolsetFactory> {
  const { makeShell } = await import("./shell/make-shell.ts");
  return (config, place) => makeShell(config, place, processes);
}
