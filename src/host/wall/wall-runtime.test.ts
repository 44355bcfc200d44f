import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeScratchFolders } from "../files/node-scratch-folders.ts";
import type { WallManager } from "./wall-helper.ts";
import { buildRuntime, type WallMachine } from "./wall-runtime.ts";

let folder: string;
beforeEach(() => {
  folder = nodeScratchFolders.make();
});
afterEach(() => nodeScratchFolders.remove(folder));

/** Puts programs into a folder of their own and says where that is. */
function installed(...names: readonly string[]): string {
  const path = join(folder, "bin");
  mkdirSync(path, { recursive: true });
  for (const name of names) {
    writeFileSync(join(path, name), "#!/bin/sh\nexit 1\n");
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

/** A stand-in for the runtime, whose walls are the command that is told here. */
function machine(wall: string, parts: Partial<WallMachine & WallManager> = {}): WallMachine {
  const { platform = "linux", path = installed("bash", "bwrap", "socat", "rg") } = parts;
  const manager = {
    updateConfig: async () => undefined,
    checkDependencies: async () => ({ errors: [], warnings: [] }),
    wrapWithSandbox: async (script: string) => wall.replace("SCRIPT", `'${script}'`),
    cleanupAfterCommand: async () => undefined,
    ...parts,
  } as unknown as WallManager; // no more of it is used before the first program has run
  return { platform, path, load: parts.load ?? (async () => manager) };
}

async function refusal(asked: WallMachine, writable: readonly string[] = []) {
  try {
    await buildRuntime(writable, asked);
  } catch (error) {
    if (isLlmDoError(error) && error.code === "configuration") return error;
    throw error;
  }
  throw new Error("it was not refused");
}

const HOLDS = "sh -c 'exit 42'";

describe("a wall is refused", () => {
  test("on a system that has none", async () => {
    const { reason } = await refusal(machine(HOLDS, { platform: "win32" }));
    expect(reason).toBe("there is no wall on win32; there is one on Linux and macOS");
  });

  test("without the package, with the line that installs it", async () => {
    const load = async () => {
      const name = "no-such-package";
      return (await import(name)) as WallManager;
    };
    const { reason, tries } = await refusal(machine(HOLDS, { load }));
    expect(reason).toBe("the package @anthropic-ai/sandbox-runtime is not installed");
    expect(tries[0]).toBe("npm install --save-dev @anthropic-ai/sandbox-runtime");
  });

  test("where the package does not load", async () => {
    const load = async () => {
      throw new Error("broken");
    };
    expect((await refusal(machine(HOLDS, { load }))).reason).toContain("does not load: broken");
  });

  test.each(["bwrap", "socat", "rg", "bash"])("without %s", async (missing) => {
    const path = installed(...["bash", "bwrap", "socat", "rg"].filter((name) => name !== missing));
    const { reason, tries } = await refusal(machine(HOLDS, { path }));
    expect(reason).toMatch(new RegExp(`^not found in PATH: ${missing} \\(`));
    expect(tries[0]).toContain("apt-get install bubblewrap socat ripgrep");
  });

  test("where its programs lie in a folder that programs may write to", async () => {
    const { reason } = await refusal(machine(HOLDS), [folder]);
    expect(reason).toMatch(/^not found in PATH: bash \(bash\), bwrap/);
  });

  test("without its filter of system calls, and with another error of the package", async () => {
    const warnings = ["seccomp not available - unix socket access not restricted"];
    const weak = machine(HOLDS, { checkDependencies: async () => ({ errors: [], warnings }) });
    expect((await refusal(weak)).reason).toBe(warnings[0]);
    const broken = machine(HOLDS, {
      checkDependencies: async () => ({ errors: ["something"], warnings: [] }),
    });
    expect((await refusal(broken)).reason).toBe("something");
  });

  test("where namespaces are not allowed, with what bubblewrap says", async () => {
    const said = "bwrap: No permissions to create a new namespace";
    const { reason, tries } = await refusal(machine(`sh -c 'echo "${said}" >&2; exit 1'`));
    expect(reason).toBe(`this system lets nobody build one: ${said}`);
    expect(tries.join("\n")).toContain("kernel.apparmor_restrict_unprivileged_userns");
  });

  test("where a first program gets out of it", async () => {
    const { reason } = await refusal(machine("sh -c SCRIPT"));
    expect(reason).toBe("a first program wrote outside of it");
  });
});

test("a wall that holds is not refused", async () => {
  const { tools } = await buildRuntime([], machine(HOLDS));
  expect(tools.bwrap).toBe(join(folder, "bin/bwrap"));
});
