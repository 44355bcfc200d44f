import { beforeAll, describe, expect, test } from "vitest";
import { problems } from "../support/cassettes.ts";
import { type ProjectFiles, recorded, SORTING, StatusProject } from "../support/status-project.ts";

const FILE = "cassettes/main/sorts.yaml";
const TOOK = "usage: { input_tokens: 1000, output_tokens: 100 }";

let cassette: string;
beforeAll(async () => {
  cassette = await recorded(SORTING);
});

/** The recorded project, and a change of it with the answers that are given to what is asked anew. */
function changed(changes: ProjectFiles): StatusProject {
  return new StatusProject({ ...SORTING, [FILE]: cassette, ...changes });
}

function edited(file: string, from: string, to: string): ProjectFiles {
  return { [file]: (SORTING[file] ?? "").replace(from, to) };
}

describe("a case in auto mode", () => {
  test("records only what is stale, and takes what that replaced out of the cassette", async () => {
    using project = changed({
      ...edited("namer.worker", "You name", "You find short names for"),
      "answers.yaml": `- { when: { worker: namer }, text: Mixed, ${TOOK} }\n`,
    });
    const { failures, run, changes } = await project.run("auto");
    expect(failures).toEqual([]);
    expect(run?.summary?.exchanges).toEqual({ served: 3, live: 1, missed: 0, unused: 0 });
    expect(changes).toEqual([{ call: "main/namer", before: "Mixed", after: "Mixed" }]);
    const text = project.read(FILE);
    expect(text).not.toContain("You name folders.");
    expect(text).toContain("You find short names for folders.");
    expect(problems(project.cassette)).toEqual([]);
    expect(await project.status()).toMatchObject({ state: "fresh", recordings: 6 });
    expect((await project.run("replay")).failures).toEqual([]);
  });

  test("tells the old and the new answers of every turn, with the calls that they make", async () => {
    using project = changed({
      ...edited("main.worker", "kind", "date"),
      "answers.yaml": `
- { when: { worker: main, contains: Sort }, tool_call: { name: list, input: { folder: . } }, ${TOOK} }
- { when: { worker: main }, text: Sorted by date., ${TOOK} }
`,
    });
    const { failures, changes } = await project.run("auto");
    expect(failures).toEqual([]);
    expect(changes).toEqual([
      {
        call: "main",
        before: 'calls list {"folder":"."}',
        after: 'calls list {"folder":"."}',
      },
      {
        call: "main",
        before: 'calls namer {"input":"Pictures and texts."}\ncalls weather {"place":"Berlin"}',
        after: "Sorted by date.",
      },
    ]);
    // What the old answers had called is gone with them.
    expect(project.read(FILE)).not.toContain("main/namer");
    expect(await project.status()).toMatchObject({ state: "fresh", recordings: 3 });
  });

  test("keeps the old recordings when the run does not end as expected", async () => {
    using project = changed({
      ...edited("main.worker", "kind", "date"),
      "answers.yaml": "- { text: I refuse., stop: refusal }\n",
    });
    const { failures, changes = [] } = await project.run("auto");
    expect(failures).not.toEqual([]);
    expect(changes).toEqual([]);
    expect(project.read(FILE).startsWith(cassette)).toBe(true);
  });

  test("leaves alone what nothing replaced: that is still unused", async () => {
    using project = changed({ "answers.yaml": "- Never asked.\n" });
    const [header = "", ...entries] = cassette.split("---\n");
    const other = entries.find((entry) => entry.includes("You name folders.")) ?? "";
    const stray = other.replace("call: main/namer", "call: other");
    project.write(FILE, [header, stray, ...entries].join("---\n"));
    const before = project.read(FILE);
    const { failures } = await project.run("auto");
    expect(failures.map(({ kind }) => kind)).toEqual(["unused"]);
    expect(project.read(FILE)).toBe(before);
  });
});

describe("a case about a distribution, whose runs draw from samples,", () => {
  const answers = (SORTING["answers.yaml"] ?? "").trim();
  const SAMPLED: ProjectFiles = {
    ...SORTING,
    "main.cases.yaml": `${SORTING["main.cases.yaml"]}    samples: 2\n`,
    "answers.yaml": `${answers}\n${answers.replace("Mixed, usage", "Assorted, usage")}\n`,
  };

  test("has both runs looked at, and what each answered replaced", async () => {
    const both = await recorded(SAMPLED);
    using project = new StatusProject({
      ...SAMPLED,
      [FILE]: both,
      ...edited("namer.worker", "You name", "You find short names for"),
      "answers.yaml": `
- { when: { worker: namer }, text: Mixed, ${TOOK} }
- { when: { worker: namer }, text: Assorted, ${TOOK} }
`,
    });
    const status = await project.status();
    expect(status).toMatchObject({
      state: "stale",
      draws: true,
      stale: [
        { sample: 1, cause: "instructions" },
        { sample: 2, cause: "instructions" },
      ],
      missing: [],
      unused: [],
      bill: { answers: 2 },
    });
    const { failures, changes } = await project.run("auto");
    expect(failures).toEqual([]);
    expect(changes?.map(({ call, before }) => [call, before])).toEqual([
      ["main/namer", "Mixed"],
      ["main/namer", "Assorted"],
    ]);
    expect(problems(project.cassette)).toEqual([]);
    expect(await project.status()).toMatchObject({ state: "fresh" });
    expect((await project.run("replay")).failures).toEqual([]);
  });
});
