import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import { temporaryFolder } from "../support/host.ts";
import { failureOf, OPENERS, openTools } from "./filesystem-tools.ts";

/** Stands in every file outside, and in the name of one. */
const CANARY = "canary";

type Node =
  | { readonly kind: "file" | "folder"; readonly path: readonly string[] }
  | { readonly kind: "link"; readonly path: readonly string[]; readonly to: string };

interface Operation {
  readonly tool: "read" | "write" | "list";
  readonly path: string;
  readonly pattern: string;
}

// `@` stands for the folder of the whole trial, which has another name each time.
const steps = fc.array(fc.constantFrom("a", "b", "ü"), { minLength: 1, maxLength: 3 });
const node: fc.Arbitrary<Node> = fc.oneof(
  fc.record({ kind: fc.constantFrom("file" as const, "folder" as const), path: steps }),
  fc.record({
    kind: fc.constant("link" as const),
    path: steps,
    to: fc.oneof(
      fc.constantFrom("@/outside", "@/outside/secret.txt", "@", "@/base", "@/base/a"),
      fc.constantFrom("..", "../..", "../outside", "../../outside", "../base-2", "../new"),
      fc.constantFrom(".", "a", "b", "ü", "a/b", "missing", "../base/b"),
    ),
  }),
);
const part = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("a", "b", "ü") },
  { weight: 2, arbitrary: fc.constantFrom("secret.txt", "deep", "outside", "base", "base-2") },
  { weight: 2, arbitrary: fc.constantFrom("..", ".", "", "new", "@") },
  { weight: 1, arbitrary: fc.constantFrom("\0", "~", "..\0", "\ud800", "..\\", "...", "proc") },
);
const operation: fc.Arbitrary<Operation> = fc.record({
  tool: fc.constantFrom("read", "write", "list"),
  path: fc.array(part, { maxLength: 6 }).map((parts) => parts.join("/")),
  pattern: fc.constantFrom("**/*", "*", "**/*.txt", "a/**", ".*", "*/*"),
});

describe.each(OPENERS)("%s", (_name, open) => {
  test("no operation reads or changes anything outside of base_path", async () => {
    const trial = fc.record({
      tree: fc.array(node, { maxLength: 12 }),
      operations: fc.array(operation, { minLength: 1, maxLength: 8 }),
      basePath: fc.constantFrom("base", "base-link", "./outside/../base"),
    });
    await fc.assert(
      fc.asyncProperty(trial, async ({ tree, operations, basePath }) => {
        using folder = temporaryFolder();
        plant(folder.path, tree);
        const before = outsideOf(folder.path);
        const tools = openTools(folder.path, { base_path: basePath }, open);
        for (const { tool, path, pattern } of operations) {
          const input: JsonObject = { path: path.replaceAll("@", folder.path) };
          const rest = tool === "list" ? { pattern } : tool === "write" ? { content: "mine" } : {};
          const told = JSON.stringify(await outcomeOf(tools[tool]({ ...input, ...rest })));
          expect(told.replaceAll(JSON.stringify(input.path).slice(1, -1), "")).not.toContain(
            CANARY,
          );
          expect(outsideOf(folder.path)).toEqual(before);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("whatever is reached without a link is read, written and listed", async () => {
    const trial = fc.record({ tree: fc.array(node, { maxLength: 12 }), path: steps });
    await fc.assert(
      fc.asyncProperty(trial, async ({ tree, path }) => {
        using folder = temporaryFolder();
        plant(folder.path, tree);
        const { read, write, list } = openTools(folder.path, { base_path: "base" }, open);
        const given = { path: path.join("/") };
        const kind = kindWithoutLinks(join(folder.path, "base"), path);
        const isRead = !(await failureOf(read(given))).startsWith("Failed");
        const isListed = !(await failureOf(list(given))).startsWith("Failed");
        expect([isRead, isListed]).toEqual([kind === "file", kind === "folder"]);
        const isWritten = !(await failureOf(write({ ...given, content: "new" }))).startsWith(
          "Failed",
        );
        expect(isWritten).toBe(kind === "file" || kind === "free");
        if (isWritten) expect(await read(given)).toMatchObject({ content: "new" });
      }),
      { numRuns: 200 },
    );
  });
});

/** Makes `base` with the tree in it, and around it what must stay as it is and unseen. */
function plant(folder: string, tree: readonly Node[]): void {
  mkdirSync(join(folder, "base"));
  symlinkSync("base", join(folder, "base-link"));
  for (const path of ["outside/secret.txt", "outside/deep/secret.txt", "base-2/secret.txt"]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), CANARY);
  }
  writeFileSync(join(folder, "outside", CANARY), CANARY);
  for (const one of tree) plantNode(folder, one);
}

/** What the tree has no room for is left out. */
function plantNode(folder: string, one: Node): void {
  const base = join(folder, "base");
  if (kindWithoutLinks(base, one.path) !== "free") return;
  const path = join(base, ...one.path);
  mkdirSync(dirname(path), { recursive: true });
  if (one.kind === "folder") mkdirSync(path);
  if (one.kind === "file") writeFileSync(path, "inside");
  if (one.kind === "link") symlinkSync(one.to.replaceAll("@", folder), path);
}

/** What stands at the end of a way below a folder, when no link is on it. */
function kindWithoutLinks(base: string, path: readonly string[]) {
  for (const length of path.keys()) {
    const stat = lstatSync(join(base, ...path.slice(0, length + 1)), { throwIfNoEntry: false });
    if (!stat) return "free";
    if (stat.isSymbolicLink()) return "link";
    if (length === path.length - 1) return stat.isFile() ? "file" : "folder";
    if (!stat.isDirectory()) return "blocked";
  }
  return "folder";
}

/** Everything beside `base`: kind, content, mode, identity, time of change. */
function outsideOf(folder: string): readonly unknown[] {
  const look = (path: string): readonly unknown[] => {
    if (path === join(folder, "base")) return [];
    const stat = lstatSync(path);
    const own = [path, stat.mode, stat.ino, stat.nlink, stat.mtimeMs];
    if (stat.isSymbolicLink()) return [[...own, readlinkSync(path)]];
    if (stat.isFile()) return [[...own, readFileSync(path, "utf8")]];
    return [own, ...readdirSync(path).flatMap((name) => look(join(path, name)))];
  };
  return look(folder);
}

/** The answer, or the message of the error: both reach the model. */
async function outcomeOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => String(error));
}
