import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { House } from "./figure.ts";
import { readAround, readSources } from "./source-file.ts";
import { publicEntriesOf } from "./unnamed-types.ts";

/** Reads the sources and the public entries of a repository. */
export function readHouse(repository: string): House {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    readonly exports: object;
  };
  return {
    files: readSources(join(repository, "src")),
    around: readAround(repository),
    publicEntries: publicEntriesOf(manifest),
  };
}
