import { join } from "node:path";
import { expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { attackPaths, paths } from "../../bench/attack/paths.ts";
import { type FolderOpener, hasDescriptorPaths } from "../../src/host/confined/open-folder.ts";

const options = { trials: 400, seed: 7, say: () => {} };

/** Opens a folder as a program does that does not think of links. */
const openCarelessly: FolderOpener = ({ root, names }) => {
  const self = join(root, ...names);
  return { self, pathOf: (name) => join(self, name), confirm: () => {}, close: () => {} };
};

// Only where a link cannot be slipped in between a check and a use; elsewhere it is documented.
test.runIf(hasDescriptorPaths())(
  "no generated path leads out while its links are swapped",
  async () => {
    expect(failuresOf(paths, options.trials, await paths.run(options))).toEqual([]);
  },
);

test("the attack sees a folder that is opened without care for links", async () => {
  let outside = 0;
  // Whether a swap falls between a check and a use is chance, and rare on a busy machine.
  for (let seed = 1; seed <= 20 && outside === 0; seed++) {
    const { breaches } = await attackPaths({ ...options, seed }, openCarelessly);
    outside = breaches.find(({ what }) => what === "outside reads")?.count ?? 0;
  }
  expect(outside).toBeGreaterThan(0);
}, 120_000);
