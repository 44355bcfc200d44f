import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const OWN = new URL("heap.ts", import.meta.url).href;

/** The bytes of the young generation after many objects survived, in a process of its own. */
function youngBytesAfter(calls: string): number {
  const program = `
    import { getHeapSpaceStatistics } from "node:v8";
    import * as young from ${JSON.stringify(OWN)};
    ${calls}
    let kept = [];
    for (let index = 0; index < 300_000; index++) {
      kept.push({ index, list: [index] });
      if (kept.length > 30_000) kept = [];
    }
    const space = getHeapSpaceStatistics().find((each) => each.space_name === "new_space");
    process.stdout.write(String(space.space_size));`;
  const args = ["--input-type=module", "--eval", program];
  const env = { PATH: process.env["PATH"] };
  return Number(execFileSync(process.execPath, args, { encoding: "utf8", env }));
}

test("the young generation stays small, and grows once it may", () => {
  const left = youngBytesAfter("");
  const small = youngBytesAfter("young.keepYoungGenerationSmall();");
  const grown = youngBytesAfter(
    "young.keepYoungGenerationSmall(); young.letYoungGenerationGrow();",
  );
  expect(small).toBeLessThan(left / 2);
  expect(grown).toBeGreaterThan(2 * small);
});

test("where nobody made it small, the person's own flags stay", () => {
  const asked = 'import v8 from "node:v8"; v8.setFlagsFromString("--semi-space-growth-factor=1");';
  const left = youngBytesAfter("");
  expect(youngBytesAfter(`${asked} young.letYoungGenerationGrow();`)).toBeLessThan(left / 2);
});
