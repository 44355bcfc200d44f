import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { costUsd } from "../../src/model/prices.ts";
import type { CassetteStatus } from "../../src/testing/status/cassette-status.ts";
import { type ProjectFiles, recorded, SORTING, StatusProject } from "../support/status-project.ts";

type Replayed = Extract<CassetteStatus, { state: "fresh" | "stale" }>;

const FILE = "cassettes/main/sorts.yaml";
let cassette: string;
beforeAll(async () => {
  cassette = await recorded(SORTING);
});

/** The recorded project with other files, and what became of its cassette. */
async function statusWith(changes: ProjectFiles = {}): Promise<Replayed> {
  using project = new StatusProject({ ...SORTING, [FILE]: cassette, ...changes });
  const before = project.read(FILE);
  const status = await project.status();
  expect(project.read(FILE)).toBe(before);
  if (status.state === "fresh" || status.state === "stale") return status;
  throw new Error(`the cassette is ${status.state}`);
}

/** The same with one file changed. */
function statusAfter(file: string, from: string | RegExp, to: string): Promise<Replayed> {
  const text = SORTING[file] ?? "";
  const after = text.replace(from, to);
  expect(after).not.toBe(text);
  return statusWith({ [file]: after });
}

/** What is stale, as `call: cause`. */
function staleIn({ stale }: Replayed): readonly string[] {
  return stale.map(({ kind, call, cause }) => `${kind} ${call}: ${cause}`);
}

test("the cassette of a project that did not change is fresh", async () => {
  const { state, recordings, stale, missing, unused, brokenOff } = await statusWith();
  expect({ state, recordings, stale, missing, unused, brokenOff }).toEqual({
    state: "fresh",
    recordings: 6,
    stale: [],
    missing: [],
    unused: [],
    brokenOff: undefined,
  });
});

describe("one change makes stale, in one run and with its cause,", () => {
  const ALL_OF_MAIN = (cause: string) => [1, 2, 3].map(() => `exchange main: ${cause}`);
  test.each([
    ["the instructions", "main.worker", "kind", "date", ALL_OF_MAIN("instructions")],
    [
      "the instructions of another worker",
      "namer.worker",
      "You name",
      "You find",
      ["exchange main/namer: instructions"],
    ],
    ["the model", "main.worker", "haiku", "sonnet", ALL_OF_MAIN("model")],
    ["a setting", "main.worker", "temperature: 0", "max_tokens: 9", ALL_OF_MAIN("settings")],
    ["a tool's description", "tools.ts", "List the", "List all", ALL_OF_MAIN("tool-description")],
    [
      "a worker's description, told to its caller",
      "namer.worker",
      "Finds",
      "Thinks of",
      ALL_OF_MAIN("tool-description"),
    ],
    [
      "a tool's schema",
      "tools.ts",
      "place: z.string()",
      "place: z.string(), day: z.string().optional()",
      ALL_OF_MAIN("tool-schema"),
    ],
    [
      "a server-side tool",
      "main.worker",
      "---\nYou",
      "server_side_tools: [{ tool_type: web_search }]\n---\nYou",
      ALL_OF_MAIN("server-tools"),
    ],
    ["the input", "main.cases.yaml", "Sort the inbox", "Sort the outbox", ALL_OF_MAIN("input")],
    [
      "what a tool finds in its files",
      "tools.ts",
      'join(" ")',
      'join(", ")',
      ["exchange main: earlier-output", "exchange main: earlier-output"],
    ],
  ])("%s", async (_what, file, from, to, expected) => {
    const status = await statusAfter(file, from, to);
    expect(status.state).toBe("stale");
    expect(staleIn(status)).toEqual(expected);
    expect([status.missing, status.unused, status.brokenOff]).toEqual([[], [], undefined]);
  });

  test("the list of tools, and what a worker said that is not called any more is unused", async () => {
    const status = await statusAfter("main.worker", "  namer: {}\n", "");
    expect(staleIn(status)).toEqual(ALL_OF_MAIN("tools"));
    expect(status.unused.map(({ call }) => call)).toEqual(["main/namer"]);
  });

  test("an output schema, and nothing is missing that only the old answer leads to", async () => {
    const schema = "output_schema: { type: object, properties: { name: { type: string } } }\n";
    const status = await statusAfter("namer.worker", "---\nYou", `${schema}---\nYou`);
    expect(staleIn(status)).toEqual([
      "exchange main/namer: output-schema",
      "exchange main: earlier-output",
    ]);
    expect(status.missing).toEqual([]);
  });

  test("whatever word it is, and tells the place and the word", async () => {
    const workers = { "main.worker": "main", "namer.worker": "main/namer" } as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(workers) as (keyof typeof workers)[])),
        fc.nat(4),
        fc.stringMatching(/^[a-z]{3,9}$/),
        async (file, place, word) => {
          const text = SORTING[file] ?? "";
          const start = text.lastIndexOf("---\n") + 4;
          const words = text.slice(start).split(" ");
          words.splice(place % words.length, 0, word);
          const status = await statusWith({ [file]: text.slice(0, start) + words.join(" ") });
          expect(new Set(status.stale.map(({ call }) => call))).toEqual(new Set([workers[file]]));
          for (const { cause, reason, details } of status.stale) {
            expect(cause).toBe("instructions");
            expect(reason).toContain(`"${word}" was added`);
            expect(details.join("\n")).toMatch(new RegExp(`system\n.*\\{\\+.*${word}`));
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("all that changed is found at once:", () => {
  test("two workers", async () => {
    const status = await statusWith({
      "main.worker": (SORTING["main.worker"] ?? "").replace("kind", "date"),
      "namer.worker": (SORTING["namer.worker"] ?? "").replace("You name", "You title"),
    });
    expect(staleIn(status)).toEqual([
      "exchange main: instructions",
      "exchange main: instructions",
      "exchange main/namer: instructions",
      "exchange main: instructions",
    ]);
  });
});

describe("recordings that nothing asks for", () => {
  test("are unused, by their line", async () => {
    const extra = await recorded({
      ...SORTING,
      "main.cases.yaml": (SORTING["main.cases.yaml"] ?? "").replace("inbox.", "inbox twice."),
    });
    const [, ...entries] = extra.split("---\n");
    const status = await statusWith({ [FILE]: [cassette, ...entries].join("---\n") });
    expect(status.stale).toEqual([]);
    expect(status.unused.map(({ kind, call }) => `${kind} ${call}`)).toEqual([
      "exchange main",
      "effect main/list",
      "exchange main",
      "effect main/weather",
      "exchange main/namer",
      "exchange main",
    ]);
  });
});

describe("what is asked and not on record", () => {
  /** The cassette without the entries whose text holds something. */
  const without = (part: string) =>
    cassette
      .split("---\n")
      .filter((entry) => !entry.includes(part))
      .join("---\n");

  test("is missing, and what comes after it is still looked at", async () => {
    const status = await statusWith({ [FILE]: without("tool: weather") });
    expect(status.missing).toEqual([
      {
        kind: "effect",
        call: "main/weather",
        asked: "weather",
        reason: "nothing that is left on record is like it",
      },
    ]);
    // The tool fails in the recording's place.
    expect(staleIn(status)).toEqual(["exchange main: earlier-output"]);
  });

  test("breaks the run off where nothing of the worker is there", async () => {
    const status = await statusWith({ [FILE]: without("You name folders.") });
    expect(status.missing).toMatchObject([{ kind: "exchange", call: "main/namer" }]);
    expect(status.brokenOff).toContain('nothing is recorded for "namer"');
    expect(status.state).toBe("stale");
  });
});

describe("the bill", () => {
  test("of stale recordings is what they took, as they say themselves", async () => {
    const status = await statusWith({
      [FILE]: cassette.replaceAll("source: script", "source: live"),
      "main.worker": (SORTING["main.worker"] ?? "").replace("kind", "date"),
    });
    const usage = { inputTokens: 1000, outputTokens: 100 };
    const usd = costUsd("anthropic:claude-haiku-4-5", usage) ?? Number.NaN;
    expect(status.bill.usage).toEqual({ inputTokens: 3000, outputTokens: 300 });
    expect(status.bill.usd).toBeCloseTo(3 * usd, 10);
    expect(status.bill).toMatchObject({ answers: 3, scripted: 0 });
  });

  test("does not count what a script answered", async () => {
    const { bill } = await statusAfter("main.worker", "kind", "date");
    expect(bill).toMatchObject({ answers: 3, scripted: 3, usd: 0 });
  });
});

describe("without a case", () => {
  const noCases = { "main.cases.yaml": "cases: [{ name: other }]\n" };

  test("the run of the header is what is run, and files stay untouched", async () => {
    const { state, cases } = await statusWith(noCases);
    expect({ state, cases }).toEqual({ state: "fresh", cases: [] });
  });

  test("and without a header nothing is known", async () => {
    using project = new StatusProject({
      ...SORTING,
      ...noCases,
      [FILE]: cassette.replace(/^run: .*\n/m, ""),
    });
    expect(await project.status()).toMatchObject({ state: "unknown", exitCode: 2 });
  });
});

test("a worker that does not load makes it unknown, with its own error", async () => {
  using project = new StatusProject({
    ...SORTING,
    [FILE]: cassette,
    "namer.worker": "---\nmodle: x\n---\n",
  });
  const status = await project.status();
  expect(status).toMatchObject({ state: "unknown", exitCode: 2 });
  expect(status.state === "unknown" && status.reason).toContain('unknown key "modle"');
});

test("a case that was never recorded is that", async () => {
  using project = new StatusProject(SORTING);
  expect(await project.status()).toMatchObject({ state: "unrecorded", cases: ["sorts"] });
});
