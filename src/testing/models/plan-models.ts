import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { loadProject } from "../../project/load-project.ts";
import { isCompatibleModel } from "../../worker/compatible-models.ts";
import { parseSet } from "../../worker/overrides.ts";
import type { ChosenCase } from "../batch/choose-cases.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { modelCassette } from "../status/model-cassette.ts";

/** One case with one model. */
export interface PlannedCase {
  readonly model: string;
  /** The case with that model, and with a cassette of its own where the model is not the case's. */
  readonly one: TestCase;
  /** The file of cases, as a person knows it, and the case's name. */
  readonly name: string;
  /** Whether it is the model that the case asks by itself. */
  readonly isOwn: boolean;
  /** Whether the worker's `compatible_models` take the model. */
  readonly isCompatible: boolean;
}

export interface ModelPlan {
  /** By model, in the order in which they are compared. */
  readonly byModel: ReadonlyMap<string, readonly PlannedCase[]>;
  /** Cases that ask no model. */
  readonly leftOut: number;
  /** The models that cases use by themselves. */
  readonly used: ReadonlySet<string>;
}

/**
 * Plans each case with each model. A case whose own model it is keeps its cassette.
 *
 * @throws LlmDoError `cases` where there is nothing to run, or two would share a cassette
 */
export async function planModels(
  chosen: readonly ChosenCase[],
  models: readonly string[],
  host: Host,
): Promise<ModelPlan> {
  const asking = chosen.filter(({ one }) => one.cassette !== "none");
  if (asking.length === 0) throw nothingToRun(chosen.length);
  const entries = new Entries(host);
  const used = new Set<string>();
  const byModel = new Map<string, PlannedCase[]>(models.map((model) => [model, []]));
  for (const { one } of asking) {
    const entry = await entries.of(one);
    if (entry.model !== undefined) used.add(entry.model);
    for (const [model, planned] of byModel) {
      const isOwn = model === entry.model;
      const cassette = isOwn ? one.cassette : modelCassette(one.cassette, model);
      const { patterns } = entry;
      planned.push({
        model,
        one: { ...one, model, cassette },
        name: `${one.place.file}: ${one.name}`,
        isOwn,
        isCompatible: !patterns || isCompatibleModel(patterns, model),
      });
    }
  }
  checkDistinct([...byModel.values()].flat());
  return { byModel, leftOut: chosen.length - asking.length, used };
}

interface Entry {
  /** What the case asks by itself; undefined where nobody names a model. */
  readonly model: string | undefined;
  readonly patterns: readonly string[] | undefined;
}

/** Knows the entries of projects, each of which many cases share. */
class Entries {
  readonly #host: Host;
  readonly #known = new Map<string, Promise<Entry>>();

  constructor(host: Host) {
    this.#host = host;
  }

  async of(one: TestCase): Promise<Entry> {
    const { files, entry, set = [], model } = one;
    const key = JSON.stringify([files, entry, set]);
    const found = this.#known.get(key) ?? this.#load(one);
    this.#known.set(key, found);
    const { model: own, patterns } = await found;
    return { model: model ?? own ?? this.#host.env["LLM_DO_MODEL"], patterns };
  }

  async #load({ files, entry, set = [] }: TestCase): Promise<Entry> {
    try {
      const source = { files, entry, overrides: set.map(parseSet) };
      const { entry: target } = await loadProject(source, this.#host);
      if (target.kind !== "worker") return { model: undefined, patterns: undefined };
      return { model: target.model, patterns: target.compatibleModels };
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      return { model: undefined, patterns: undefined }; // running the case says what is wrong
    }
  }
}

function checkDistinct(planned: readonly PlannedCase[]): void {
  const owners = new Map<string, PlannedCase>();
  for (const each of planned) {
    const { cassette, place } = each.one;
    const other = owners.get(cassette);
    owners.set(cassette, each);
    if (!other) continue;
    throw new LlmDoError({
      code: "cases",
      verb: "run",
      what: each.name,
      reason: `with ${each.model} it shares the cassette ${cassette} with ${other.name}, ${other.model}`,
      place,
      tries: ["give it a cassette whose name has no @ in it"],
    });
  }
}

function nothingToRun(chosen: number): LlmDoError {
  return new LlmDoError({
    code: "cases",
    verb: "find",
    what: "cases",
    reason: chosen === 0 ? "no case fits" : "none of those that fit asks a model (cassette: none)",
    tries: ["llm-do test --models A,B [FILTER...] [-t PATTERN]"],
  });
}
