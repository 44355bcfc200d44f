import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Host } from "../../src/host/host.ts";
import type { Json } from "../../src/model/json.ts";
import { loadProjectConfig } from "../../src/project/config/project-config.ts";
import { runKept } from "../../src/project/kept/run-kept.ts";
import { loadProject } from "../../src/project/load-project.ts";
import type { ProjectRun } from "../../src/project/run/run-project.ts";
import { parseSet } from "../../src/worker/overrides.ts";
import { scripted } from "./project.ts";

interface KeptRunLiteral extends Partial<Omit<ProjectRun, "host" | "script">> {
  /** Default: all workers in the current folder. */
  readonly files?: readonly string[];
  readonly entry?: string;
  readonly set?: readonly string[];
  /** Answers in YAML. */
  readonly answers?: string;
}

/** Runs a project as the command line does, and keeps the run; warnings are collected. */
export async function runAndKeep(host: Host, literal: KeptRunLiteral = {}) {
  const workers = readdirSync(host.cwd).filter((name) => name.endsWith(".worker"));
  const { files = workers, entry, set, answers = "- Hello.", ...given } = literal;
  const { input = "Go.", model, cassette } = given;
  const overrides = (set ?? []).map(parseSet);
  const project = await loadProject({ files, entry, overrides }, host);
  const recorded = {
    files: files.map((file) => resolve(host.cwd, file)),
    entry: project.entry.name,
    input: input as Json, // tests give JSON
    model,
    set,
  };
  const warnings: string[] = [];
  const run: ProjectRun = {
    host,
    config: loadProjectConfig(project.folder, host.files),
    approvals: "headless",
    model,
    limits: {},
    signal: undefined,
    onEvent: undefined,
    script: undefined,
    transport: scripted(answers, host),
    onWarning: (message) => warnings.push(message),
    ...given,
    input,
    cassette: cassette && { ...cassette, run: recorded },
  };
  return { ...(await runKept(project, run, recorded)), warnings };
}

/** What is kept in a folder, by name. */
export function keptIn(folder: string): readonly string[] {
  return readdirSync(join(folder, ".llm-do/runs"));
}

/** The text of the only run that is kept in a folder. */
export function onlyKept(folder: string): string {
  const [name = "", ...others] = keptIn(folder);
  if (others.length > 0) throw new Error(`more than one run is kept: ${others.join(", ")}`);
  return readFileSync(join(folder, ".llm-do/runs", name), "utf8");
}
