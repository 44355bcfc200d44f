import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/cli.ts";

const NAME = /: Figure = \{\n {2}name: "([\w-]+)"/g;

test("the page names all that can be measured", () => {
  const folder = join(repository, "bench");
  const sources = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const names = sources.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(NAME)].map(([, name]) => name),
  );
  const page = readFileSync(join(repository, "docs/benchmarks.md"), "utf8");
  const listed = /--only \w+ +# one of (.*)/.exec(page)?.[1]?.split(", ");
  expect(listed?.toSorted()).toEqual(names.toSorted());
});
