import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Machine } from "./host.ts";

/** Fields of `/proc/PID/stat` between the program's name and the time at which it was started. */
const FIELDS_BEFORE_START = 19;

/** This machine, as far as Linux tells; elsewhere its name alone. */
export const thisMachine: Machine = {
  get name() {
    return hostname();
  },
  get boot() {
    const id = contentOf("/proc/sys/kernel/random/boot_id");
    const processes = readOr(() => readlinkSync("/proc/self/ns/pid"));
    return id === undefined || processes === undefined ? undefined : { id, processes };
  },
  startOf: (processId) => {
    const stat = contentOf(`/proc/${processId}/stat`);
    // A program's name stands in brackets and may hold anything.
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields?.[FIELDS_BEFORE_START];
  },
};

function contentOf(path: string): string | undefined {
  return readOr(() => readFileSync(path, "utf8").trim());
}

/** Undefined on a system that has no such file, or does not let it be read. */
function readOr(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
