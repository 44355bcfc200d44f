import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import { linkPackages, vitestProject } from "../support/vitest-project.ts";

interface CoveredFile {
  readonly lines: { readonly pct: number };
  readonly functions: { readonly total: number; readonly covered: number };
}

test("--coverage covers the tools that cases call, and fails below a threshold", async () => {
  const unused = "\nexport function neverCalled(): string {\n  return 'never';\n}\n";
  using project = vitestProject({
    ...DOUBLING_PROJECT,
    "twice.ts": `${DOUBLING_PROJECT["twice.ts"]}${unused}`,
  });
  linkPackages(project.path, ["@vitest/coverage-v8"]);
  const recorded = await project.test(["--mode", "record"]);
  expect(recorded.code, recorded.stdout + recorded.stderr).toBe(0);

  const words = ["--coverage", "--coverage.reporter=json-summary"];
  const { code, stdout, stderr } = await project.test(words);
  expect(code, stdout + stderr).toBe(0);
  const text = readFileSync(join(project.path, "coverage/coverage-summary.json"), "utf8");
  const files = Object.entries(JSON.parse(text) as Record<string, CoveredFile>);
  const twice = files.find(([path]) => path.endsWith("/twice.ts"))?.[1];
  expect(twice?.functions).toMatchObject({ total: 2, covered: 1 });
  expect(files.some(([path]) => path.endsWith("/tools.ts"))).toBe(true);

  const strict = await project.test([...words, "--coverage.thresholds.functions=100"]);
  expect(strict.code, strict.stdout + strict.stderr).toBe(1);
}, 120_000);
