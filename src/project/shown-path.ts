import { relative } from "node:path";
import type { Host } from "../host/host.ts";

/** The path as a person would write it from where they are. */
export function shown(path: string, { cwd }: Pick<Host, "cwd">): string {
  const short = relative(cwd, path);
  return short.startsWith("..") ? path : short;
}
