import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runHere } from "../support/in-process.ts";
import { type ModelServer, modelServer } from "../support/model-server.ts";
import { copyOf, type VitestProject, vitestProject } from "../support/vitest-project.ts";

// Some hundred runs each, or several processes: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const WORKER = "---\nmodel: anthropic:claude-haiku-4-5\n---\nGreet.\n";
const CASES = `cases:
  - { name: greets ada, input: I am Ada. }
  - { name: greets bob, input: I am Bob. }
`;

let recorded: VitestProject;

beforeAll(async () => {
  await using model = await answering();
  recorded = vitestProject({ "main.worker": WORKER, "main.cases.yaml": CASES });
  expect(await recorded.test(["--mode", "record"], { env: envOf(model) })).toMatchObject({
    code: 0,
  });
}, 120_000);

afterAll(() => recorded[Symbol.dispose]());

const answering = () => modelServer((_asked, count) => [`Hello ${count}.`]);
const envOf = ({ env }: ModelServer) => ({ ...env, LLM_DO_MODEL_REQUESTS: "on" });

async function recordedCases() {
  const model = await answering();
  const project = copyOf(recorded);
  const env = envOf(model);
  const run = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await project.test(words, { env });
    return { code, text: stdout + stderr };
  };
  return {
    model,
    run,
    path: project.path,
    write: project.write,
    cassettes: () => readdirSync(join(project.path, "cassettes/main")),
    [Symbol.asyncDispose]: async () => {
      project[Symbol.dispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

test("a renamed case finds its recording, and auto moves it at no cost", async () => {
  await using one = await recordedCases();
  const before = readFileSync(join(one.path, "cassettes/main/greets-ada.yaml"), "utf8");
  one.write({ "main.cases.yaml": CASES.replace("greets ada", "says hello to Ada") });
  const replayed = await one.run();
  expect(replayed.code).toBe(3);
  expect(replayed.text).toContain(
    'Try: recording of "greets-ada" fits: llm-do test --mode auto moves it',
  );
  expect(replayed.text).toContain(
    '1 recording that no case uses:\n  cassettes/main/greets-ada.yaml: fits the case "says hello to Ada"\nTry: move what fits to its case: llm-do test --mode auto\n',
  );
  expect(replayed.text).not.toContain("rm -r");
  const status = await runHere(["cassette", "status"], { cwd: one.path });
  expect(status.stdout).toContain('greets-ada.yaml: fits the case "says hello to Ada"\nTry: move');
  expect(status.stdout).not.toContain("rm -r");
  const asked = one.model.asked.length;
  const moved = await one.run("--mode", "auto");
  expect([moved.code, one.model.asked.length - asked]).toEqual([0, 0]);
  expect(one.cassettes()).toEqual(["greets-bob.yaml", "says-hello-to-ada.yaml"]);
  const after = readFileSync(join(one.path, "cassettes/main/says-hello-to-ada.yaml"), "utf8");
  expect(after).toBe(before);
  expect(moved.text).not.toContain("no case uses");
});

test("what the next attempt at a case takes up is no orphan", async () => {
  await using one = await recordedCases();
  const folder = join(one.path, "cassettes/main");
  const recorded = readFileSync(join(folder, "greets-ada.yaml"), "utf8");
  for (const name of ["greets-ada", "gone"]) {
    writeFileSync(join(folder, `${name}.yaml.recording`), recorded);
    writeFileSync(join(folder, `${name}.yaml.unfinished`), recorded);
  }
  const { text } = await one.run();
  expect(text).toContain("2 recordings that no case uses:\n  cassettes/main/gone.yaml.recording\n");
  expect(text).not.toContain("greets-ada.yaml.recording");
});

test("orphans are listed by test and by status, and fail neither", async () => {
  await using one = await recordedCases();
  const folder = join(one.path, "cassettes/main");
  renameSync(join(folder, "greets-bob.yaml"), join(folder, "gone.yaml"));
  writeFileSync(join(folder, "greets-ada.yaml.recording"), "cassette: 1\n");
  writeFileSync(join(folder, "notes.yaml"), "these: are no cassette\n");
  one.write({ "main.cases.yaml": CASES.split("\n").slice(0, 2).join("\n") });
  const listed = `2 recordings that no case uses:
  cassettes/main/gone.yaml
  cassettes/main/greets-ada.yaml.recording
Try: remove what is not needed: rm -r cassettes/main/gone.yaml cassettes/main/greets-ada.yaml.recording
`;
  const tested = await one.run();
  expect(tested.code).toBe(0);
  expect(tested.text).toContain(listed);
  // Where some cases are left out it is not known what they use.
  expect((await one.run("-t", "greets")).text).not.toContain("no case uses");
  const status = await runHere(["cassette", "status"], { cwd: one.path });
  expect(status).toMatchObject({ code: 0 });
  expect(status.stdout.endsWith(listed)).toBe(true);
  expect(existsSync(join(folder, "gone.yaml"))).toBe(true);
});

test("what a recording left that failed is not to be removed: the next attempt takes it up", async () => {
  await using one = await recordedCases();
  one.write({ "main.worker": WORKER.replace("Greet.", "Greet kindly.") });
  const expecting = CASES.replace(
    "input: I am Ada.",
    "input: I am Ada., expect: { output: Hello Ada. }",
  );
  one.write({ "main.cases.yaml": expecting });
  const failed = await one.run("--mode", "auto");
  expect(failed.code).toBe(1);
  expect(one.cassettes()).toContain("greets-ada.yaml.recording");
  expect(failed.text).toContain("what was recorded is in ");
  expect(failed.text).not.toContain("rm -r");
  one.write({ "main.worker": WORKER, "main.cases.yaml": CASES });
  // Bob was recorded anew, Ada is as she was.
  const passing = await one.run("--allow-unused");
  expect(passing.text).toContain("no recording answers its request");
  expect(passing.text).not.toContain("rm -r");
});
