import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { nodeScratchFolders } from "../../src/host/files/node-scratch-folders.ts";
import type { Host } from "../../src/host/host.ts";

export interface TestHost extends Host {
  /** What was written to the two outputs. */
  readonly written: { stdout: string; stderr: string };
  /** How long was slept in all, without waiting. */
  readonly slept: { totalMs: number };
}

/** A host with this machine's files and nothing else of it: a still clock, fixed randomness. */
export function testHost(overrides: Partial<Host> = {}): TestHost {
  const written = { stdout: "", stderr: "" };
  const slept = { totalMs: 0 };
  let ids = 0;
  return {
    clock: {
      nowMs: () => Date.UTC(2026, 0, 1) + slept.totalMs,
      monotonicMs: () => slept.totalMs,
      sleep: async (durationMs, signal) => {
        signal.throwIfAborted();
        slept.totalMs += durationMs;
      },
    },
    random: () => 0.5,
    createId: () => `id-${++ids}`,
    env: {},
    cwd: process.cwd(),
    processId: process.pid,
    isProcessAlive: () => true,
    machine: { name: "here", boot: undefined, startOf: () => undefined },
    files: nodeFileSystem,
    scratch: nodeScratchFolders,
    processes: {
      run: async ({ program }) => {
        throw new Error(`the test host starts no programs, and "${program}" was asked for`);
      },
    },
    pipedProcesses: {
      start: async ({ program }) => {
        throw new Error(`the test host starts no programs, and "${program}" was asked for`);
      },
    },
    stdout: output((text) => (written.stdout += text)),
    stderr: output((text) => (written.stderr += text)),
    stdin: { isTerminal: true, readAll: async () => "", readLine: async () => undefined },
    written,
    slept,
    ...overrides,
  };
}

function output(write: (text: string) => unknown) {
  return { write: (text: string) => void write(text), isTerminal: false, columns: 80 };
}

/** A new folder that goes away with the returned disposable. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "llm-do-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
