import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { House } from "../../scripts/house/figure.ts";
import { FIGURES } from "../../scripts/house/figures.ts";
import { filesOnLongChains } from "../../scripts/house/import-graph.ts";
import { readHouse } from "../../scripts/house/read-house.ts";
import { parseSource } from "../../scripts/house/source-file.ts";
import { publicEntriesOf } from "../../scripts/house/unnamed-types.ts";

/** A house of made-up sources, by their paths. */
function houseOf(
  sources: Readonly<Record<string, string>>,
  publicEntries: readonly string[] = [],
): House {
  const files = Object.entries(sources).map(([path, text]) => parseSource(path, text));
  return { files, around: [], publicEntries };
}

function measured(name: string, house: House) {
  const figure = FIGURES.find((one) => one.name === name);
  if (!figure) return expect.unreachable(`there is no figure ${name}`);
  return figure.measure(house);
}

function counted(name: string, sources: Readonly<Record<string, string>>): number {
  return measured(name, houseOf(sources)).value;
}

describe("a source file", () => {
  test("has as many lines as it has line ends", () => {
    expect(parseSource("a.ts", "").lines).toBe(0);
    expect(parseSource("a.ts", "let a;\n").lines).toBe(1);
    expect(parseSource("a.ts", "let a;\n\nlet b;").lines).toBe(3);
  });

  test("counts a line with code and a comment once, and no blank line of a comment", () => {
    const text = "// one\nlet a; // two\n/* three\n\n four */ let b; // still four\nlet c;\n";
    expect(parseSource("a.ts", text).commentLines).toBe(4);
    expect(parseSource("a.ts", 'let a = "// none";\n').commentLines).toBe(0);
  });

  test("that is cut off is refused", () => {
    expect(() => parseSource("a.ts", "function a() {")).toThrow("a.ts: ");
  });
});

describe("sizes", () => {
  const lines = (count: number) => "let a;\n".repeat(count);

  test("are added up, and halved by their median", () => {
    const odd = { "a.ts": lines(1), "b.ts": lines(9), "c.ts": lines(5) };
    expect(counted("files", odd)).toBe(3);
    expect(counted("lines", odd)).toBe(15);
    expect(counted("max", odd)).toBe(9);
    expect(counted("median", odd)).toBe(5);
    expect(counted("median", { ...odd, "d.ts": lines(6) })).toBe(5.5);
    expect(counted("median", {})).toBe(0);
  });

  test("say how many of a hundred lines are comments", () => {
    expect(counted("comments", { "a.ts": "// a\nlet a;\n", "b.ts": "let b;\nlet c;\n" })).toBe(25);
  });

  test("of a folder count its own files, not those below it", () => {
    const house = houseOf({ "index.ts": "", "a/b.ts": "", "a/c.ts": "", "a/d/e.ts": "" });
    expect(measured("loose", house)).toEqual({ value: 2, details: ["2  a"] });
  });
});

describe("a chain", () => {
  const SOURCES = {
    "a.ts": 'import { b } from "./b.ts";\nimport type { D } from "./d.ts";',
    "b.ts": 'export { c } from "./x/c.ts";\nimport { type D } from "./d.ts";',
    "x/c.ts": 'import "node:fs";\nexport const c = () => import("../d.ts");',
    "d.ts": 'import "./e.ts";',
    "e.ts": 'export type * from "./a.ts";',
  };

  test("is made of static imports of values, re-exports among them", () => {
    expect(measured("chain", houseOf(SOURCES)).details).toEqual(["a.ts", "b.ts", "x/c.ts"]);
  });

  test("goes on through lazy imports where those count", () => {
    expect(counted("lazy-chain", SOURCES)).toBe(5);
  });

  test("that is too long names all files that are on such chains", () => {
    const { files } = houseOf({
      ...SOURCES,
      "f.ts": 'import "./b.ts";',
      "g.ts": 'import "./d.ts";',
    });
    expect(filesOnLongChains(files, ["value"], 2)).toEqual([
      "1 of 3  a.ts",
      "1 of 3  f.ts",
      "1 of 3  g.ts",
      "2 of 3  b.ts",
      "2 of 3  d.ts",
      "3 of 3  x/c.ts",
      "3 of 3  e.ts",
    ]);
  });

  test("ends where it would go round", () => {
    expect(counted("chain", { "a.ts": 'import "./b.ts";', "b.ts": 'import "./a.ts";' })).toBe(2);
  });
});

describe("a file with one importer", () => {
  const SOURCES = {
    "a.ts": 'import "./one.ts";\nimport type { Two } from "./two.ts";\nimport "./x/far.ts";',
    "b.ts": 'import { Two } from "./two.ts";\nconst lazy = import("./one.ts");',
    "c.ts": 'const lazy = import("./lazy.ts");\nexport type { T } from "./typed.ts";',
    "one.ts": "",
    "two.ts": "",
    "lazy.ts": "",
    "typed.ts": "",
    "x/far.ts": "",
  };

  test("is imported by one statically, for a value or a type; lazy imports do not count", () => {
    const { value, details } = measured("one-importer", houseOf(SOURCES));
    expect(details).toEqual(["one.ts:0 <- a.ts", "typed.ts:0 <- c.ts", "x/far.ts:0 <- a.ts"]);
    expect(value).toBe((100 * 3) / 8);
  });

  test("is a small one when it has under 60 lines and its importer is beside it", () => {
    const sized = {
      ...SOURCES,
      "one.ts": "let a;\n".repeat(60),
      "typed.ts": "let a;\n".repeat(59),
    };
    expect(measured("small-single", houseOf(sized)).details).toEqual(["typed.ts:59 <- c.ts"]);
  });

  test("may be imported several times by the same file", () => {
    const twice = 'import { a } from "./b.ts";\nimport type { B } from "./b.ts";';
    expect(counted("one-importer", { "a.ts": twice, "b.ts": "" })).toBe(50);
  });
});

describe("equal bodies", () => {
  const BODY = 'return text.replaceAll("a", "b").trim();';

  test("are found under any name, however they are laid out", () => {
    const house = houseOf({
      "a.ts": `function one(text: string) { ${BODY} }\nfunction other() { return 1; }`,
      "b.ts": `\nexport const two = (text: string) => {\n  ${BODY}\n};`,
    });
    const { value, details } = measured("equal-bodies", house);
    expect({ value, details }).toEqual({ value: 1, details: ["a.ts:1 one = b.ts:2 two"] });
  });

  test("of fewer than 40 characters do not count, nor do functions inside of others", () => {
    const short = "function one() { return 1234567890; }";
    expect(counted("equal-bodies", { "a.ts": short, "b.ts": short })).toBe(0);
    const inner = `function outer1() { function one(text) { ${BODY} } return one; }`;
    const other = `function outer2() { function two(text) { ${BODY} } return two; }`;
    expect(counted("equal-bodies", { "a.ts": inner, "b.ts": other })).toBe(0);
  });

  test("may be those of the brand checks", () => {
    const check = (name: string) => `export function ${name}(value) { ${BODY} }`;
    expect(counted("equal-bodies", { "a.ts": check("isTool"), "b.ts": check("isDomain") })).toBe(0);
  });
});

describe("names", () => {
  test("`counted` and `percent` are counted wherever a file defines them", () => {
    const sources = {
      "a.ts": "export function counted() {}\nconst percent = () => 1;",
      "b.ts": "function counted() {}\nfunction other() { function percent() {} }",
    };
    expect(counted("counted", sources)).toBe(2);
    expect(counted("percent", sources)).toBe(1);
  });

  test("stand for several functions when private ones have four bodies", () => {
    const of = (body: string) => `function shown() { ${body} }`;
    const three = { "a.ts": of("a();"), "b.ts": of("b();"), "c.ts": of("c();") };
    expect(counted("names", { ...three, "d.ts": of("c();") })).toBe(0);
    expect(counted("names", { ...three, "d.ts": `export ${of("d();")}` })).toBe(0);
    expect(counted("names", { ...three, "d.ts": `${of("d();")}\nexport { shown };` })).toBe(0);
    expect(counted("names", { ...three, "d.ts": of("d();") })).toBe(1);
  });
});

describe("exported types that no other file names", () => {
  const TYPES = "export interface A {}\nexport type B = A;\ninterface C {}\nexport type { C };";

  test("are interfaces and aliases, however they are exported", () => {
    const { value, details } = measured("types", houseOf({ "t.ts": `${TYPES}\ninterface D {}` }));
    expect({ value, details }).toEqual({ value: 3, details: ["t.ts: A, B, C"] });
  });

  test.each([
    'import type { A as Z, B, C } from "./t.ts";',
    'import { type A, type B, type C } from "./t.ts";',
    'export type { A, B, C as Z } from "./t.ts";',
    'export type * from "./t.ts";',
    'import type * as all from "./t.ts";',
    'type X = import("./t.ts").A | import("./t.ts").B | import("./t.ts").C;',
  ])("are not those that %s names", (text) => {
    expect(counted("types", { "t.ts": TYPES, "user.ts": text })).toBe(0);
  });

  test("are not named by an import of the same name from another file", () => {
    const other = { "u.ts": "", "user.ts": 'import type { A, B, C } from "./u.ts";' };
    expect(counted("types", { "t.ts": TYPES, ...other })).toBe(3);
  });

  test("are not those that a test or a script names", () => {
    const around = [{ to: "t.ts", kind: "type", names: ["A", "C"] }] as const;
    const test = { ...parseSource("t.test.ts", ""), imports: around };
    expect(measured("types", { ...houseOf({ "t.ts": TYPES }), around: [test] }).details).toEqual([
      "t.ts: B",
    ]);
  });

  test("are looked for in the tests beside the sources, too, and in the folders around them", () => {
    const { around } = readHouse(resolve(import.meta.dirname, "../.."));
    const paths = around.map(({ path }) => path);
    expect(paths).toContain("model/key.test.ts");
    expect(paths).toContain("../tests/house/counting.test.ts");
    const self = around.find(({ path }) => path === "../tests/house/counting.test.ts");
    expect(self?.imports.map(({ to }) => to)).toContain("../scripts/house/read-house.ts");
  });

  test("are not those of a public entry", () => {
    const manifest = {
      exports: {
        ".": { types: "./dist/types/t.d.ts", default: "./dist/t.js" },
        "./cases.schema.json": "./dist/cases.schema.json",
      },
    };
    const entries = publicEntriesOf(manifest);
    expect(entries).toEqual(["t.ts"]);
    expect(measured("types", houseOf({ "t.ts": TYPES }, entries)).value).toBe(0);
  });
});
