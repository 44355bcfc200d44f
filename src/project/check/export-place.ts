import { resolve } from "node:path";
import type { Place } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";

/** Where a code file exports a name, as far as a look at its text tells; else the file. */
export function exportPlace(name: string, file: string, host: Host): Place {
  // RegExp.escape is newer than the oldest Node that is supported.
  const literal = name.replace(/\W/g, "\\$&");
  const declaration = new RegExp(`^export\\s+(?:const|let|var)\\s+${literal}(?![\\w$])`, "m");
  const text = textOf(file, host);
  const at = text.search(declaration);
  if (at < 0) return { file };
  const above = text.slice(0, at).split("\n");
  return { file, line: above.length, column: (above.at(-1) ?? "").length + 1 };
}

/** A tool may come from somewhere that is no file of this project. */
function textOf(file: string, host: Host): string {
  const path = resolve(host.cwd, file);
  return host.files.stat(path)?.kind === "file" ? host.files.readText(path) : "";
}
