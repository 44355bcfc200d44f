import type { Place } from "../errors/place.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import type { Path } from "../yaml/path.ts";
import { splitFrontMatter } from "./front-matter.ts";
import { workerSource } from "./worker-source.ts";

/**
 * Where a key or an item of a worker's front matter stands; for one that is not written, where the
 * nearest above it does.
 *
 * @param text a `.worker` file that `parseWorker` reads
 */
export function frontMatterPlace(text: string, file: string, path: Path): Place {
  const { yaml } = splitFrontMatter(text, file);
  let tree = parseYamlTree(yaml, workerSource(file));
  let place: Place = { file, line: 1, column: 1 };
  for (const step of path) {
    if (tree.kind === "map" && typeof step === "string") {
      const entry = tree.entries.get(step);
      if (!entry) return place;
      place = entry.keyPlace;
      tree = entry.value;
    } else if (tree.kind === "list" && typeof step === "number") {
      const item = tree.items[step];
      if (!item) return place;
      place = item.place;
      tree = item;
    } else return place;
  }
  return place;
}
