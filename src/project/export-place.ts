import { resolve } from "node:path";
import type { Place } from "../errors/place.ts";
import type { Host } from "../host/host.ts";
import type { ExportSource } from "./found-exports.ts";
import { shown } from "./shown-path.ts";

/** Where a code file exports a name, as far as a look at its text tells; else the file. */
export function exportPlace(name: string, file: string, host: Host): Place {
  // RegExp.escape is newer than the oldest Node that is supported.
  const literal = name.replace(/\W/g, "\\$&");
  const declares = `(?:const|let|var|(?:async\\s+)?function\\s*\\*?|class)\\s+${literal}(?![\\w$])`;
  const declaration = new RegExp(
    name === "default" ? "^export\\s+default\\b" : `^export\\s+${declares}`,
    "m",
  );
  const text = codeText(file, host);
  const at = text.search(declaration);
  if (at < 0) return { file };
  const above = text.slice(0, at).split("\n");
  return { file, line: above.length, column: (above.at(-1) ?? "").length + 1 };
}

/** A tool may come from somewhere that is no file of this project. */
function codeText(file: string, host: Host): string {
  const path = resolve(host.cwd, file);
  return host.files.stat(path)?.kind === "file" ? host.files.readText(path) : "";
}

/** A file that was loaded, as {@link findExports} and its errors speak of it. */
export function exportSource(path: string, host: Host): ExportSource {
  const file = shown(path, host);
  return { file, placeOf: (name) => exportPlace(name, file, host) };
}
