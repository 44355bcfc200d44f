import { hash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { TestCase } from "../cases/file/test-case.ts";

/** What a run may not leave behind or change, by path: the cassette and all beside it that is of it. */
export type Traces = ReadonlyMap<string, string>;

/** The cassette of a case, files whose names begin like its, and the case's workspace. */
export function tracesOf({ cassette, workspace }: TestCase, files: FileSystem): Traces {
  const traces = new Map<string, string>();
  if (cassette !== "none") {
    const folder = dirname(cassette);
    const names = files.stat(folder) ? files.list(folder) : [];
    for (const name of names.filter((one) => one.startsWith(basename(cassette)))) {
      addTraces(traces, join(folder, name), files);
    }
  }
  if (workspace !== undefined) addTraces(traces, workspace, files);
  return traces;
}

/** The first path that is not as it was; undefined where all are. */
export function firstChange(before: Traces, after: Traces): string | undefined {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].find((path) => before.get(path) !== after.get(path));
}

function addTraces(traces: Map<string, string>, path: string, files: FileSystem): void {
  const stat = files.stat(path);
  if (stat?.kind === "directory") {
    traces.set(path, "folder");
    for (const name of files.list(path)) addTraces(traces, join(path, name), files);
  } else if (stat?.kind === "file") {
    traces.set(path, hash("sha256", files.readBytes(path)));
  }
}
