import type { Host } from "../host/host.ts";
import type { BuiltInFactory } from "./built-in-factory.ts";

/** Loads one toolset that comes with llm-do; what it needs of the machine is taken from the host. */
type LoadBuiltIn = (host: Host) => Promise<BuiltInFactory>;

/** The toolsets that every worker may name, each loaded when one does. */
export const BUILT_IN_TOOLSETS: ReadonlyMap<string, LoadBuiltIn> = new Map<string, LoadBuiltIn>([
  ["filesystem", loadFilesystem],
  ["mcp", loadMcp],
  ["shell", loadShell],
  ["workers", loadWorkers],
]);

async function loadFilesystem(): Promise<BuiltInFactory> {
  const [{ makeFilesystem }, { nodeConfinedFiles }] = await Promise.all([
    import("./filesystem/filesystem.ts"),
    import("../host/confined/node-confined-files.ts"),
  ]);
  const files = nodeConfinedFiles();
  return (config, place) => makeFilesystem(config, place, files);
}

async function loadMcp(host: Host): Promise<BuiltInFactory> {
  const { makeMcp } = await import("./mcp/make-mcp.ts");
  return (config, place) => makeMcp(config, place, host);
}

async function loadShell(host: Host): Promise<BuiltInFactory> {
  const { makeShell } = await import("./shell/make-shell.ts");
  return (config, place) => makeShell(config, place, host);
}

async function loadWorkers(): Promise<BuiltInFactory> {
  const [{ makeWorkers }, { nodeConfinedFiles }] = await Promise.all([
    import("./workers/make-workers.ts"),
    import("../host/confined/node-confined-files.ts"),
  ]);
  const files = nodeConfinedFiles();
  return (config, place) => makeWorkers(config, place, files);
}
