import { expect, test } from "vitest";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import { vitestProject } from "../support/vitest-project.ts";

const TIMEOUT_MS = 120_000;
const SECOND = "- - tool_call: { name: double, input: { n: 4 } }\n- It is eight.\n";
const { "main.worker": worker, "tools.ts": tools, "twice.ts": twice } = DOUBLING_PROJECT;

/** One case, whose answer differs from run to run. */
function drawingProject(keys = "") {
  return vitestProject({
    "main.worker": worker,
    "tools.ts": tools,
    "twice.ts": twice,
    "answers.yaml": DOUBLING_PROJECT["answers.yaml"] + SECOND + DOUBLING_PROJECT["answers.yaml"],
    "main.cases.yaml": `files: [main.worker, tools.ts]
script: answers.yaml
cases:
  - name: doubles
    input: Double 4.
    min_pass: 0.6
${keys}    expect: { output: { contains: "8" } }
`,
  });
}

test(
  "--samples runs each case so often, and records what is missing for that",
  async () => {
    using project = drawingProject();
    const recorded = await project.test(["--mode", "record", "--samples", "3"]);
    expect(recorded.stdout + recorded.stderr).toContain("2 of 3 runs passed");
    expect(recorded.code).toBe(0);

    const replayed = await project.test(["--samples", "3"]);
    expect(replayed.stdout + replayed.stderr).toContain("2 of 3 runs passed");
    expect(replayed.code).toBe(0);

    const one = await project.test();
    expect(one.stdout + one.stderr).toContain("served 2, live 0, missed 0, unused 0");
    expect(one.code).toBe(0);

    const more = await project.test(["--samples", "4"]);
    expect(more.stdout + more.stderr).toContain("--mode record --samples 4");
    // Of the runs on record enough pass: all that is wrong is that others are not.
    expect(more.code).toBe(3);
  },
  TIMEOUT_MS,
);

test(
  "a case that asks for more runs has them",
  async () => {
    using project = drawingProject("    samples: 3\n");
    const { stdout, stderr, code } = await project.test(["--mode", "record", "--samples", "2"]);
    expect(stdout + stderr).toContain("2 of 3 runs passed");
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);

test.each(["0", "many", "1.5"])("--samples %s is refused", async (value) => {
  using project = drawingProject();
  const { stderr, code } = await project.testHere(["--samples", value]);
  expect(stderr).toContain("it must be a whole number from 1 to");
  expect(code).toBe(2);
});
