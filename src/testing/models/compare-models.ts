import { basename } from "node:path";
import { rewritesOf } from "../../cassette/rules/rules.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import { isCi } from "../../cassette/state/default-mode.ts";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { counted } from "../../words/counted.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { type CaseChoice, caseChoice } from "../batch/case-choice.ts";
import { chosenCases } from "../batch/choose-cases.ts";
import { writePage } from "../report/write-page.ts";
import { budgetOf } from "../run/shared-budget.ts";
import { recordingCommand } from "../settings/recording-command.ts";
import type { TestSettings } from "../settings/test-settings.ts";
import { checkModelName, readModelNames } from "./model-names.ts";
import { modelEstimate } from "./models-estimate.ts";
import { modelsText } from "./models-text.ts";
import { type ModelPlan, planModels } from "./plan-models.ts";
import { type ModelRun, modelsExit, runModels } from "./run-models.ts";

interface ModelsCommand {
  /** `--models`, as given. */
  readonly models: string;
  /** What is on the command line beside our own flags. */
  readonly words: readonly string[];
  /** `--report`, as given. */
  readonly report: string | undefined;
  readonly settings: TestSettings;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * `llm-do test --models A,B`: runs cases with each model and compares them.
 *
 * @returns 1 when a case failed, 3 when all failures are about recordings, 5 when the money is spent,
 * 130 when interrupted, else 0
 * @throws LlmDoError `usage` or `configuration` for a wrong flag or model, `cases` where there is
 * nothing to run
 */
export async function compareModels(command: ModelsCommand): Promise<ExitCode> {
  const { words, settings, host, signal } = command;
  const choice = caseChoice(words, "--models");
  const names = readModelNames(command.models);
  const samples = settings.samples ?? 1;
  const chosen = chosenCases(choice, host).map(({ one, path }) => ({
    path,
    one: { ...one, samples: Math.max(one.samples, samples) },
  }));
  const plan = await planModels(chosen, names, host);
  await checkModels(plan, settings, host);
  const recording = (model: string) => recordingText(model, choice, settings, host);
  for (const model of plan.byModel.keys()) {
    const estimate = await modelEstimate(model, plan, { mode: settings.mode, host });
    if (estimate !== undefined) host.stderr.write(`to record with ${model}: ${estimate}\n`);
  }
  const budget = budgetOf(settings, host);
  const runs = await runModels({
    plan,
    settings: { ...settings, host, signal, budget, rerecord: "" },
    rerecord: ({ one, model }) =>
      recordingCommand(one.place.file, one.name, {
        env: host.env,
        samples: settings.samples,
        model,
      }),
    onModel: (model, count) => {
      if (settings.mode !== "replay") host.stderr.write(`${model}: ${counted(count, "case")}\n`);
    },
  });
  if (signal.aborted) return EXIT.interrupted;
  host.stdout.write(modelsText({ runs, leftOut: plan.leftOut, recording }));
  if (command.report !== undefined) await writeReport(command.report, runs, host);
  return modelsExit(runs);
}

/** A name that cannot be asked is said before anything runs, as is a key that is missing. */
async function checkModels(
  { byModel, used }: ModelPlan,
  { mode }: TestSettings,
  host: Host,
): Promise<void> {
  const { providers } = loadProjectConfig(host.cwd, host.files);
  const isRecorded = (model: string) =>
    byModel.get(model)?.some(({ one }) => host.files.stat(one.cassette) !== undefined) ?? false;
  const recorded = new Set([...used, ...[...byModel.keys()].filter(isRecorded)]);
  for (const model of byModel.keys()) {
    checkModelName(model, { env: host.env, providers, used: recorded });
  }
  if (mode === "replay") return;
  const { checkProvider } = await import("../../providers/registry.ts");
  for (const [model, planned] of byModel) {
    const isAsked = planned.some(({ one }) => one.script === undefined);
    const isLocal = model === "test" || model.startsWith("script:");
    if (isAsked && !isLocal) checkProvider(model, host.env, providers);
  }
}

function recordingText(
  model: string,
  { filters, pattern }: CaseChoice,
  { samples }: TestSettings,
  { env }: Host,
): string {
  const words = ["llm-do", "test", ...filters, ...(pattern === undefined ? [] : ["-t", pattern])];
  words.push("--models", model, "--mode", "auto");
  if (samples !== undefined) words.push("--samples", String(samples));
  const where = isCi(env) ? " (on your own machine: nothing is recorded where CI is set)" : "";
  return words.map(shellQuote).join(" ") + where;
}

async function writeReport(report: string, runs: readonly ModelRun[], host: Host): Promise<void> {
  const { modelsPage } = await import("./models-page.ts");
  const { rules } = loadProjectConfig(host.cwd, host.files);
  const { redact } = rewritesOf(rules);
  const scanner = new SecretScanner(host.env);
  const ended = new Date(host.clock.nowMs())
    .toISOString()
    .replace("T", " ")
    .replace(/\..*/, " UTC");
  const harmless = (text: string) => scanner.mask(redact ? redact(text) : text);
  const page = modelsPage({ runs, project: basename(host.cwd), ended, harmless });
  writePage(report, page, host);
  host.stderr.write(`the report is in ${report}\n`);
}
