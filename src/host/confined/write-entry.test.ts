import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { OPENERS } from "../../../tests/toolsets/filesystem-tools.ts";
import { nodeConfinedFiles } from "./node-confined-files.ts";

describe.each(OPENERS)("a file that is to be new, %s", (_name, open) => {
  const files = nodeConfinedFiles(open);
  const bytes = (text: string) => Buffer.from(text);

  test("is made where nothing stands, and leaves nothing else behind", () => {
    using folder = temporaryFolder();
    const at = { root: folder.path, names: ["sub", "a.txt"] };
    expect(files.write(at, bytes("new"), true)).toBe("created");
    expect(readFileSync(join(folder.path, "sub/a.txt"), "utf8")).toBe("new");
    expect(readdirSync(join(folder.path, "sub"))).toEqual(["a.txt"]);
  });

  test.each(["a file", "a link", "a broken link"])("never replaces %s", (what) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.txt");
    if (what === "a file") writeFileSync(path, "old");
    else symlinkSync(what === "a link" ? folder.path : "nowhere", path);
    const before = readdirSync(folder.path);
    const at = { root: folder.path, names: ["a.txt"] };
    expect(() => files.write(at, bytes("new"), true)).toThrow("taken");
    expect(readdirSync(folder.path)).toEqual(before);
  });

  test("never replaces a file that another process makes at the same moment", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.txt");
    const maker = new Worker(
      `const { workerData: path } = require("node:worker_threads"); const fs = require("node:fs");
       for (;;) { try { fs.writeFileSync(path, "theirs", { flag: "wx" }); } catch {} }`,
      { eval: true, workerData: path },
    );
    try {
      let made = 0;
      let refused = 0;
      const endMs = performance.now() + 500;
      while (performance.now() < endMs) {
        // Each round begins with the place free or not, as it comes.
        try {
          files.write({ root: folder.path, names: ["a.txt"] }, bytes("ours"), true);
          made++;
          expect(readFileSync(path, "utf8")).toBe("ours");
        } catch (error) {
          if (!String(error).includes("taken")) throw error;
          refused++;
          expect(readFileSync(path, "utf8")).not.toBe("ours");
        }
        rmSync(path);
      }
      expect(made + refused).toBeGreaterThan(0);
    } finally {
      await maker.terminate();
    }
  });
});
