import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { problems } from "../support/cassettes.ts";
import { type CliResult, runCli } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { type ProjectFiles, recorded, SORTING, StatusProject } from "../support/status-project.ts";

const FILE = "cassettes/main/sorts.yaml";
let cassette: string;
beforeAll(async () => {
  cassette = await recorded(SORTING);
});

function projectWith(changes: ProjectFiles = {}): StatusProject {
  return new StatusProject({ ...SORTING, [FILE]: cassette, ...changes });
}

function cli(project: StatusProject, ...words: readonly string[]): Promise<CliResult> {
  return runCliHere(["cassette", ...words], { cwd: project.path });
}

const EDITED = { "main.worker": (SORTING["main.worker"] ?? "").replace("kind", "date") };

/** The cassette with an entry that nothing asks for. */
function withStray(): string {
  const [header = "", ...entries] = cassette.split("---\n");
  const namer = entries.find((entry) => entry.includes("You name folders.")) ?? "";
  return [header, ...entries, namer.replace("main/namer", "main/other")].join("---\n");
}

describe("llm-do cassette status", () => {
  test("ends with 0 where all is fresh, and says so", async () => {
    using project = projectWith();
    const { code, stdout, stderr } = await cli(project, "status");
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${FILE}: fresh, 6 recordings\n`,
      stderr: "",
    });
  });

  test("ends with 3 where something is stale, and says what, why and what it took", async () => {
    using project = projectWith({
      ...EDITED,
      [FILE]: cassette.replaceAll("source: script", "source: live"),
    });
    const { code, stdout } = await cli(project, "status");
    expect(code).toBe(3);
    expect(stdout).toMatchInlineSnapshot(`
      "cassettes/main/sorts.yaml: 3 of 6 recordings are stale
        stale: main, exchanges at lines 4, 42 and 74: its instructions changed ("kind" is now "date")
          differs at: system
            You sort files by their [-kind-]{+date+}.
      recording 3 stale answers anew takes at least 3300 tokens, $0.0045, by their own figures
      Try: record what is missing: llm-do test --mode auto
      "
    `);
  });

  test("takes folders, and finds cases that were never recorded", async () => {
    using project = projectWith({
      "other.cases.yaml": "worker: namer.worker\ncases: [{ name: new, input: x }]\n",
    });
    const { code, stdout } = await cli(project, "status", "cassettes");
    expect(code).toBe(3);
    expect(stdout).toMatchInlineSnapshot(`
      "cassettes/main/sorts.yaml: fresh, 6 recordings
      cassettes/other/new.yaml: not recorded
        case: new
      2 cassettes: 1 fresh, 1 not recorded
      Try: record what is missing: llm-do test --mode auto
      "
    `);
  });

  test("ends with 2 where nothing says what to run, and says what to do", async () => {
    using project = projectWith({ "stray.yaml": cassette.replace(/^run: .*\n/m, "") });
    const { code, stdout } = await cli(project, "status", "stray.yaml", FILE);
    expect(code).toBe(2);
    expect(stdout).toMatchInlineSnapshot(`
      "stray.yaml: it cannot be told: no case uses it, and its header does not say what was run
      cassettes/main/sorts.yaml: fresh, 6 recordings
      2 cassettes: 1 fresh, 1 unknown
      Try: name it in a case: cassette: FILE, in a file NAME.cases.yaml of this project
      Try: or make a case of a run: llm-do test --add last --name "..."
      "
    `);
  });

  test.each([
    [["status", "nothing-here"], /there is no such file or folder/],
    [["status", "inbox"], /there are no cassettes in it/],
    [["status", "--model", "x"], /llm-do cassette status does not take --model/],
    [["prune"], /missing required argument/],
    [["prune", "--all", FILE], /unknown option '--all'/],
  ])("is a wrong command line as %j", async (words, report) => {
    using project = projectWith();
    const { code, stderr } = await cli(project, ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(report);
  });

  test("with --json says each cassette on a line of stderr", async () => {
    using project = projectWith(EDITED);
    const { stderr } = await cli(project, "status", "--json");
    const [line = ""] = stderr.split("\n");
    expect(JSON.parse(line)).toMatchObject({
      kind: "cassette",
      state: "stale",
      path: FILE,
      stale: [{ cause: "instructions" }, { cause: "instructions" }, { cause: "instructions" }],
      bill: { answers: 3, scripted: 3 },
    });
  });
});

test("the cassettes of all cases of this repository are fresh", async () => {
  const { code, stdout } = await runCli(["cassette", "status"]);
  const [last = "", ...others] = stdout.trimEnd().split("\n").toReversed();
  expect(others.filter((line) => !/: fresh, \d+ recordings?$/.test(line))).toEqual([]);
  expect(last).toMatch(/^\d+ cassettes: \d+ fresh$/);
  expect(others.length).toBeGreaterThan(10);
  expect(code).toBe(0);
});

describe("llm-do cassette prune", () => {
  test("removes what nothing asks for; the rest verifies and is fresh", async () => {
    using project = projectWith({ [FILE]: withStray() });
    const told = await cli(project, "prune", "--dry-run", FILE);
    expect(told.stdout).toMatch(/would remove 1 of 7 entries/);
    expect(project.read(FILE)).toBe(withStray());
    const { code, stdout } = await cli(project, "prune", FILE);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "cassettes/main/sorts.yaml: removed 1 of 7 entries
        exchange ae986617cbefacf4 of main/other, at line 85
      "
    `);
    expect(project.read(FILE)).toBe(cassette);
    expect((await cli(project, "status")).code).toBe(0);
    expect((await cli(project, "prune", FILE)).stdout).toBe(`${FILE}: nothing to remove\n`);
  });

  test("is refused where a replay misses something, for all that are named", async () => {
    using project = projectWith({
      ...EDITED,
      [FILE]: withStray(),
      "other.cases.yaml":
        "worker: namer.worker\ncases: [{ name: b, input: Pictures and texts., cassette: b.yaml }]\n",
      "b.yaml": withStray().replaceAll("main/namer", "namer"),
    });
    const { code, stderr } = await cli(project, "prune", "b.yaml", FILE);
    expect(code).toBe(3);
    expect(stderr).toMatchInlineSnapshot(`
      "Failed to prune "cassettes/main/sorts.yaml": what is unused is not known: a replay misses 3
      Try: see what: llm-do cassette status cassettes/main/sorts.yaml
      Try: record it first: llm-do test --mode auto
      Try: or remove what is stale as well: --stale
      "
    `);
    expect(project.read(FILE)).toBe(withStray());
    expect(project.read("b.yaml")).toBe(withStray().replaceAll("main/namer", "namer"));
  });

  test("with --stale removes what is stale as well", async () => {
    using project = projectWith({ ...EDITED, [FILE]: withStray() });
    const { code, stderr } = await cli(project, "prune", "--stale", "--json", FILE);
    expect(code).toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({ kind: "pruned", path: FILE, kept: 3 });
    expect(problems(project.cassette)).toEqual([]);
    const calls = [...project.read(FILE).matchAll(/^call: (.*)$/gm)].map(([, call]) => call);
    expect(calls).toEqual(["main/list", "main/weather", "main/namer"]);
  });

  test("leaves a cassette alone that does not verify", async () => {
    const broken = withStray().replace("output: sunny", "outcome: sunny");
    using project = projectWith({ [FILE]: broken });
    const { code } = await cli(project, "prune", FILE);
    expect(code).toBe(3);
    expect(project.read(FILE)).toBe(broken);
  });
});

describe("llm-do cassette show", () => {
  test("shows the run, each call with what it asked and was answered, and what it took", async () => {
    using project = projectWith();
    const { code, stdout } = await cli(project, "show", FILE);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "cassettes/main/sorts.yaml
      run: main of main.worker namer.worker tools.ts
      input: Sort the inbox.
      main
        asks anthropic:claude-haiku-4-5 (1100 tokens, 0 ms, from a script)
          user: Sort the inbox.
          calls list: {"folder":"."}
        main/list
          local effect of list: {"folder":"."}
            gives: a.jpg b.pdf
        asks anthropic:claude-haiku-4-5 (1100 tokens, 0 ms, from a script)
          result: a.jpg b.pdf
          calls namer: {"input":"Pictures and texts."}
          calls weather: {"place":"Berlin"}
        main/weather
          external effect of weather: {"place":"Berlin"}
            gives: sunny
        main/namer
          asks anthropic:claude-haiku-4-5 (1100 tokens, 0 ms, from a script)
            user: Pictures and texts.
            answers: Mixed
        asks anthropic:claude-haiku-4-5 (1100 tokens, 0 ms, from a script)
          result: Mixed
          result: sunny
          answers: Sorted into Mixed.
      4 exchanges, 2 effects on record; all from a script; 0 ms of answers
      "
    `);
  });

  test("lets nothing in a cassette steer the terminal", async () => {
    using project = projectWith({
      [FILE]: cassette
        .replace("text: Mixed", 'text: "\\u001b[2JMixed\\u202e"')
        .replace("call: main/namer", 'call: "main/\\u001b]0;x"'),
    });
    const { code, stdout } = await cli(project, "show", FILE);
    expect(code).toBe(0);
    expect(stdout).toContain("\\u{1b}[2JMixed\\u{202e}");
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
  });

  test("shows what can be read of a cassette that is damaged", async () => {
    using project = projectWith({ [FILE]: cassette.replace("stop: end", "stop: never") });
    const { code, stdout } = await cli(project, "show", FILE);
    expect(code).toBe(0);
    expect(stdout).toContain("cannot be read: entry");
    expect(stdout).toMatch(/1 entry cannot be read\n$/);
  });

  test("needs a cassette", async () => {
    using project = projectWith();
    const path = join(project.path, "deep/no.yaml");
    mkdirSync(dirname(path));
    writeFileSync(path, "a: b\n");
    const { code, stderr } = await cli(project, "show", "deep/no.yaml");
    expect(code).toBe(3);
    expect(stderr).toContain("it is not a cassette");
  });
});

test.each(["verify", "show", "status", "prune", "rekey"])(
  "%s of what is not there says that it cannot be read",
  async (command) => {
    using project = projectWith();
    for (const path of ["nowhere", "nowhere.yaml"]) {
      const { code, stderr } = await cli(project, command, path);
      expect(code).toBeGreaterThan(1);
      expect(stderr).toMatch(new RegExp(`^Failed to read "${path}": there is no such `));
    }
  },
);
