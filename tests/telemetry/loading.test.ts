import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { packagesOf } from "../../bench/loaded-packages.ts";
import { repository } from "../support/cli.ts";
import { tracedProject } from "./traced-project.ts";

test("a run loads OpenTelemetry only where spans are wanted", () => {
  using project = tracedProject({ "answers.yaml": "- Helped.\n" });
  const packages = (env: Readonly<Record<string, string>>) => {
    const tell = resolve(repository, "bench/tell-modules.js");
    const bin = resolve(repository, "src/bin/llm-do.ts");
    const ended = spawnSync(
      process.execPath,
      ["--import", tell, bin, "helper.worker", "Go.", "--script", "answers.yaml"],
      {
        cwd: project.path,
        stdio: ["ignore", "pipe", "pipe", "pipe"],
        env: { PATH: process.env["PATH"], ...env },
      },
    );
    expect([ended.status, String(ended.stdout)]).toEqual([0, "Helped.\n"]);
    return packagesOf(JSON.parse(String(ended.output[3])) as string[]); // by tell-modules
  };
  expect(packages({})).not.toContain("@opentelemetry/api");
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  expect(packages(env)).toContain("@opentelemetry/api");
});
