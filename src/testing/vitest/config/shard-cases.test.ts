import fc from "fast-check";
import { expect, test } from "vitest";
import { casesOfShard } from "./shard-cases.ts";

const counts = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 });

test("all shards together run each case once, and none runs two more than another", () => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 20 }), (sizes, count) => {
      const files = sizes.map((cases, index) => ({ path: `${index}.cases.yaml`, cases }));
      const shards = Array.from({ length: count }, (_, index) => {
        const ranges = casesOfShard(files, { index: index + 1, count });
        return [...ranges].flatMap(([path, { from, to }]) =>
          Array.from({ length: to - from }, (_case, place) => `${path}#${from + place}`),
        );
      });
      const all = files.flatMap(({ path, cases }) =>
        Array.from({ length: cases }, (_case, place) => `${path}#${place}`),
      );
      expect(shards.flat()).toEqual(all);
      const lengths = shards.map(({ length }) => length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
  );
});

test("a file without a case of the shard is left out", () => {
  const files = [
    { path: "a", cases: 2 },
    { path: "b", cases: 2 },
  ];
  expect([...casesOfShard(files, { index: 1, count: 2 }).keys()]).toEqual(["a"]);
});
