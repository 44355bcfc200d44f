import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importedNames, publicDeclarations } from "../../scripts/bundle/declarations.ts";
import { repository } from "../support/cli.ts";
import { temporaryFolder } from "../support/host.ts";

const types = join(repository, "dist/types");
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as Record<
  "dependencies" | "peerDependencies",
  Record<string, string>
>;

describe("the imports of declarations", () => {
  test("are found wherever a declaration can have them", () => {
    const text = [
      `import type { A } from "a";`,
      `import "b";`,
      `export * from "c";`,
      `export type { D } from "d";`,
      `export declare const e: import("e").E<import("./f.ts").F>;`,
    ].join("\n");
    expect(importedNames(text)).toEqual(["a", "b", "c", "d", "e", "./f.ts"]);
  });

  test("are followed from the entries, and no others are", () => {
    using temporary = temporaryFolder();
    const folder = temporary.path;
    mkdirSync(join(folder, "in"));
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write("index.d.ts", `export type { A } from "./in/a.ts";`);
    write("in/a.d.ts", `import type { B } from "../b.js"; import type { S } from "sdk/types";`);
    write("b.d.ts", "export interface B {}");
    write("internal.d.ts", `import type { C } from "c";`);
    const { files, packages } = publicDeclarations(folder, ["index.d.ts"]);
    expect([...files]).toEqual(["index.d.ts", "in/a.d.ts", "b.d.ts"]);
    expect([...packages]).toEqual([["sdk/types", "in/a.d.ts"]]);
  });
});

test("the package's declarations import nothing that its users do not have", () => {
  const files = readdirSync(types, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".d.ts"),
  );
  expect(files.length).toBeGreaterThan(50);
  const names = new Set(
    files.flatMap((file) => importedNames(readFileSync(join(types, file), "utf8"))),
  );
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const foreign = [...names].filter(
    (name) =>
      !/^(?:\.|node:)/.test(name) &&
      !installed.some((one) => name === one || name.startsWith(`${one}/`)),
  );
  expect(foreign).toEqual([]);
});
