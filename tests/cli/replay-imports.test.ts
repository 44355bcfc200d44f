import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { packagesOf, unwantedOf } from "../../bench/loaded-packages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the sources' command line and tells which packages the process loaded. */
function packagesLoadedBy(words: readonly string[], env: Record<string, string> = {}) {
  const ended = spawnSync(
    process.execPath,
    ["--import", `${root}bench/tell-modules.js`, "src/bin/llm-do.ts", ...words],
    {
      cwd: root,
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  const urls = JSON.parse(String(ended.output[3])) as string[]; // written by tell-modules
  const toolsets = urls.flatMap((url) => /\/src\/toolsets\/(\w+)\//.exec(url)?.[1] ?? []);
  return {
    status: ended.status,
    stderr: String(ended.stderr),
    packages: packagesOf(urls),
    toolsets: [...new Set(toolsets)],
  };
}

const EXAMPLES = {
  greeter: { files: ["main"], prompt: "Hello, I am Ada." },
  orchestrator: {
    files: ["main", "fact_finder", "copy_editor"],
    prompt:
      "imports 3x faster now (bulk insert). csv export w/ header row. moved auth code to own module. dark mode almost there",
  },
};

test.each(Object.entries(EXAMPLES))(
  "a replay of %s imports no SDK, no test runner and no schema library",
  (name, { files, prompt }) => {
    const { status, stderr, packages } = packagesLoadedBy([
      ...files.map((file) => `examples/${name}/${file}.worker`),
      prompt,
      "--cassette",
      `cassettes/examples/${name}/main.yaml`,
      "--mode",
      "replay",
    ]);
    expect(stderr).toContain("missed 0");
    expect(status).toBe(0);
    expect(packages).toContain("yaml"); // what it does load is told
    expect(unwantedOf(packages)).toEqual([]);
  },
);

test.each([
  ["greeter", ["main.worker"], "Hello, I am Ada.", []],
  // With shell comes what reads its `sandbox`; what builds a wall does not.
  ["code_analyzer", ["main.worker"], "What stands out in this code?", ["shell", "sandbox"]],
] as const)(
  "a replay of %s loads the built-in toolsets that it names, and what reads their configuration",
  (name, files, prompt, named) => {
    const { status, toolsets } = packagesLoadedBy([
      ...files.map((file) => `examples/${name}/${file}`),
      prompt,
      "--cassette",
      `cassettes/examples/${name}/main.yaml`,
      "--mode",
      "replay",
    ]);
    expect(status).toBe(0);
    expect(toolsets).toEqual(named);
  },
);

test("a replay that attaches an image imports what tells binary files, and nothing else", () => {
  const { status, stderr, packages } = packagesLoadedBy([
    "examples/whiteboard_planner/main.worker",
    "examples/whiteboard_planner/whiteboard_reader.worker",
    "Please plan what is on whiteboard.png.",
    "--cassette",
    "cassettes/examples/whiteboard_planner/main.yaml",
    "--mode",
    "replay",
    "--headless",
  ]);
  expect(stderr).toContain("missed 0");
  expect(status).toBe(0);
  expect(unwantedOf(packages)).toEqual(["@cfworker/json-schema", "file-type"]); // its schemas are inline
});

test("the same worker asked live imports its provider's SDK and no other", () => {
  const words = ["examples/greeter/main.worker", "Hello, I am Ada.", "--mode", "live"];
  // Nobody listens on port 1, and the run does not wait for a second attempt.
  const { status, packages } = packagesLoadedBy([...words, "--timeout", "1"], {
    ANTHROPIC_API_KEY: "not-a-key",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
  });
  expect(status).not.toBe(0);
  expect(unwantedOf(packages)).toEqual(["@anthropic-ai/sdk"]);
});
