import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";

const ARCHITECTURE = "docs/architecture.md";

/** What a page names as code that has a slash in it: `cli/main.ts`, `providers/wire/`. */
const PATH = /`((?:\.?[\w-]+\/)+(?:[\w-]+(?:\.[\w-]+)+)?)`/g;

/** Folders that commands make and that no clone has. */
const MADE = ["dist/", ".llm-do/", "node_modules/"];

const text = (page: string) => readFileSync(join(repository, page), "utf8");

/** The paths of a page. In a row of a table the first cell may name the folder that the others lie in. */
function pathsOf(page: string): readonly { readonly path: string; readonly inside: string }[] {
  const prose = text(page).replace(/^```[\s\S]*?^```$/gm, "");
  return prose.split("\n").flatMap((line) => {
    const inside = /^\| `([\w/-]+)\/` /.exec(line)?.[1] ?? "";
    return [...line.matchAll(PATH)]
      .map(([, path = ""]) => ({ path, inside }))
      .filter(({ path }) => !MADE.some((folder) => path.startsWith(folder)));
  });
}

function exists({ path, inside }: { readonly path: string; readonly inside: string }): boolean {
  const folders = ["", "src", join("src", inside)];
  return folders.some((folder) => existsSync(join(repository, folder, path)));
}

describe.each([ARCHITECTURE, "CONTRIBUTING.md"])("%s", (page) => {
  test("names paths", () => {
    expect(pathsOf(page).length).toBeGreaterThan(20);
  });

  test("names no path that does not exist", () => {
    expect(pathsOf(page).filter((named) => !exists(named))).toEqual([]);
  });
});

describe(ARCHITECTURE, () => {
  const order = text("tests/house/import-order.test.ts");

  test("has every room of the house, with its floor", () => {
    const floors = literal<string[][]>(order, "FLOORS");
    const shown = rowsOf(text(ARCHITECTURE), "The house").flatMap(([floor = "", rooms = ""]) =>
      namesIn(rooms).map((room) => `${floor} ${room}`),
    );
    const wanted = floors.flatMap((rooms, index) =>
      rooms
        .filter((room) => existsSync(join(repository, "src", room)))
        .map((room) => `${index + 1} ${room}`),
    );
    expect(shown.toSorted()).toEqual(wanted.toSorted());
  });

  test("has the rooms inside of every room, with their floors", () => {
    const shown = rowsOf(text(ARCHITECTURE), "Rooms inside rooms").map(
      ([room = "", floors = ""]) => [
        namesIn(room)[0],
        floors.split(" → ").map((floor) => namesIn(floor).toSorted()),
      ],
    );
    const wanted = Object.entries(literal<Record<string, string[][]>>(order, "INNER_FLOORS"));
    const sorted = wanted.map(([room, floors]) => [room, floors.map((floor) => floor.toSorted())]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(sorted));
  });
});

/** The cells of the first table below a heading, without its head. */
function rowsOf(page: string, heading: string): readonly (readonly string[])[] {
  const below = page.slice(page.search(new RegExp(`^##+ ${heading}$`, "m")));
  const table = /^\|.*\n\| -.*\n((?:\|.*\n)+)/m.exec(below)?.[1] ?? "";
  const cells = (row: string) => row.slice(1, -1).split("|");
  return table
    .trimEnd()
    .split("\n")
    .map((row) => cells(row).map((cell) => cell.trim()));
}

/** What a cell names as code, folders without their slash. */
function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, name = ""]) => name);
}

/** The value of a constant that is written as plain lists, maps and texts. */
function literal<Value>(source: string, name: string): Value {
  const found = new RegExp(`^const ${name}\\b[^=]*= ([\\[{][\\s\\S]*?\\n[\\]}]);`, "m").exec(
    source,
  );
  const json = (found?.[1] ?? "")
    .replace(/^(\s*)(\w+):/gm, '$1"$2":')
    .replace(/,(\s*[\]}])/g, "$1");
  return JSON.parse(json) as Value; // as it is written there
}
