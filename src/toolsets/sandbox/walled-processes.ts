import type { Tool } from "../../functions/tool.ts";
import type { PipedProcesses, Processes } from "../../host/host.ts";
import type { Wall } from "../../host/wall/wall.ts";
import { type SandboxConfig, type WallPlace, wallRules } from "./sandbox-config.ts";

/** Gives the wall of a toolset; asked when the first program is started. */
type OpenWall = () => Promise<Wall>;

/** The wall of this machine, as a worker's file configures it. */
export function wallOf(config: SandboxConfig, place: WallPlace): OpenWall {
  return async () => {
    const { nodeWall } = await import("../../host/wall/node-wall.ts");
    return nodeWall(place.cwd, wallRules(config, place));
  };
}

const walls = new WeakMap<Tool, OpenWall>();

/** Remembers that a tool's programs run behind a wall. */
export function keepWall(walled: Tool, openWall: OpenWall): void {
  walls.set(walled, openWall);
}

/** The wall around the programs of a tool; undefined where there is none. */
export function wallAround(tool: Tool): OpenWall | undefined {
  return walls.get(tool);
}

/** Starts programs behind a wall; where there is none, none is started. */
export function walledProcesses(processes: Processes, openWall: OpenWall): Processes {
  return {
    run: async (request) => {
      request.signal.throwIfAborted();
      const wall = await openWall();
      const walled = await wall.enter({ ...request, searchPath: request.env?.["PATH"] });
      if (walled.kind === "missing") return { ...walled, kind: "not-started" };
      try {
        const { program, arguments: words } = walled;
        return await processes.run({ ...request, program, arguments: words });
      } finally {
        walled.leave();
      }
    },
  };
}

/** The same for programs that one talks to. */
export function walledPipedProcesses(
  processes: PipedProcesses,
  openWall: OpenWall,
): PipedProcesses {
  return {
    start: async (request) => {
      const { program, arguments: words, cwd, env } = request;
      const wall = await openWall();
      const walled = await wall.enter({ program, arguments: words, cwd, searchPath: env["PATH"] });
      if (walled.kind === "missing") throw new Error(walled.reason);
      const onEnd = (exitCode: number) => {
        walled.leave();
        request.onEnd(exitCode);
      };
      try {
        const { program: first, arguments: rest } = walled;
        return await processes.start({ ...request, program: first, arguments: rest, onEnd });
      } catch (error) {
        walled.leave();
        throw error;
      }
    },
  };
}
