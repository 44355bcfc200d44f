import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeHost } from "../../src/host/node-host.ts";
import { repository } from "../support/cli.ts";
import { ComparedProject, slugTool, titles } from "../support/compared-project.ts";

const TEST = `import { expect, test } from "vitest";
import { slug } from "./slug.ts";
test("a slug is made of small letters", async () => {
  expect(await slug.run({ input: "Report 7 of A" }, undefined as never)).toBe("report-7-of-a");
});
`;

function strictProject(files: Readonly<Record<string, string>>): ComparedProject {
  const project = new ComparedProject(files);
  const packages = join(project.path, "node_modules");
  symlinkSync(join(repository, "node_modules/vitest"), join(packages, "vitest"));
  return project;
}

function addStryker(project: ComparedProject): void {
  const [installed, scope] = [join(repository, "node_modules"), "@stryker-mutator"];
  symlinkSync(join(installed, scope), join(project.path, "node_modules", scope));
}

/** Compares with what starts programs, as Stryker is one. */
function compareStrictly(project: ComparedProject) {
  const words = ["compare", "slug.worker", "slug.ts#slug", "--claim", "0.5", "--strict"];
  return project.run(words, { processes: nodeHost().processes });
}

function certificateOf(project: ComparedProject) {
  return JSON.parse(project.read("hardening/slug/certificate.json"));
}

/** The tool, with faults in its one expression alone: each takes a run of vitest. */
const ONE_EXPRESSION = slugTool(
  '(\n// Stryker restore all\ninput.toLowerCase().replace(/[^a-z0-9]+/g, "-")\n)',
  { before: "// Stryker disable all" },
);

test("--strict puts what the tool's test notices into the certificate", async () => {
  using project = strictProject({ "slug.ts": ONE_EXPRESSION, "slug.test.ts": TEST });
  addStryker(project);
  await project.record({ inputs: titles(200) });
  const { code, stdout, stderr } = await compareStrictly(project);
  expect(code, stderr).toBe(0);
  const told = /slug\.test\.ts notices (\d+) of (\d+) faults/.exec(stdout);
  const [noticed, faults] = [Number(told?.[1]), Number(told?.[2])];
  expect(noticed).toBeGreaterThan(0);
  // It has no title in which two characters in a row are left out.
  expect(noticed).toBeLessThan(faults);
  expect(stdout).toContain("not noticed, by line of slug.ts: ");
  expect(stderr).toContain("mutation testing of slug.ts takes ");
  expect(certificateOf(project).strict).toEqual({ mutationScore: noticed / faults });
}, 180_000);

test("without Stryker the comparison is still there, and what to install is said", async () => {
  using project = strictProject({ "slug.test.ts": TEST });
  await project.record({ inputs: titles(200) });
  const { code, stderr } = await compareStrictly(project);
  expect(code).toBe(2);
  expect(stderr).toContain("npm install --save-dev @stryker-mutator/core");
  expect(certificateOf(project).agreement.verdict).toBe("supported");
});

test("a tool whose test fails as it is has no score", async () => {
  using project = strictProject({ "slug.ts": slugTool("input"), "slug.test.ts": TEST });
  addStryker(project);
  await project.record({ inputs: titles(40), answer: (input) => input });
  const { code, stderr } = await compareStrictly(project);
  expect(code, stderr).toBe(1);
  expect(stderr).toContain("There were failed tests in the initial test run");
  expect(certificateOf(project).strict).toBeUndefined();
}, 180_000);

test("a prompt has no code to put faults into", async () => {
  using project = strictProject({
    "other.worker": "---\nmodel: test:m\n---\nMake slugs of titles.\n",
  });
  await project.record({ inputs: titles(40) });
  await project.record({
    inputs: titles(40),
    worker: "other",
    cassette: "cassettes/other.yaml",
  });
  const words = ["compare", "slug.worker", "other.worker", "--claim", "0.5", "--strict"];
  const { code, stderr } = await project.run(words);
  expect(code).toBe(2);
  expect(stderr).toContain("it puts faults into code, and other.worker is a prompt");
});
