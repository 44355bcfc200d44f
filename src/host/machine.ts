import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What tells processes of this machine from those of others, and of other times. */
export interface Machine {
  /** The name that it has among others; each container has its own. */
  readonly name: string;
  /**
   * What differs after each start of the machine, and in containers that see other processes;
   * undefined where the system does not say.
   */
  readonly boot: Boot | undefined;
  /**
   * When a process began, to be compared and not to be read: it tells a process from a later one of
   * its id. Undefined where the system does not say.
   */
  startOf(processId: number): string | undefined;
}

interface Boot {
  /** Of the kernel; containers of one machine share it. */
  readonly id: string;
  /** Which process ids mean the same process. */
  readonly processes: string;
}

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
