// Loaded before all else into each process of a command: makes its disk fail as FULL_DISK says.
import { appendFileSync, readFileSync } from "node:fs";
import { type DiskFailure, failingDisk } from "../../../tests/support/failing-disk.ts";

interface Setting extends DiskFailure {
  readonly folder: string;
  /** Outside of the folder: the changes of all processes, a line each. */
  readonly log: string;
}

const { folder, log, ...failure } = JSON.parse(process.env["FULL_DISK"] ?? "{}") as Setting;
failingDisk(folder, {
  ...failure,
  count: (change) => {
    appendFileSync(log, `${change}\n`);
    return readFileSync(log, "utf8").split("\n").length - 1;
  },
});
