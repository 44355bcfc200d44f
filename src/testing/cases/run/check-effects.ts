import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { LlmFunction } from "../../../functions/llm-function.ts";
import type { Project } from "../../../project/project.ts";
import { nearest } from "../../../words/nearest.ts";
import type { CaseEffect, TestCase } from "../file/test-case.ts";

/**
 * Checks that a case answers effects of functions that have some.
 *
 * @throws LlmDoError `cases`, with the place, for a name of no function, of a worker, or of a pure tool
 */
export function checkEffects({ effects = new Map() }: TestCase, project: Project): void {
  if (effects.size === 0) return;
  const known = new KnownFunctions(project);
  for (const [name, effect] of effects) {
    const target = known.byName.get(name);
    if (target) checkEffect(target, effect);
    else if (!known.isOpen) throw unknownFunction(name, effect, [...known.byName.keys()]);
  }
}

/** The functions that a run of a project may call, as far as they are known before it runs. */
class KnownFunctions {
  readonly byName = new Map<string, LlmFunction>();
  /** Whether a server names more of them while the run goes on. */
  isOpen = false;
  readonly #seen = new Set<LlmFunction>();

  constructor({ space, entry }: Project) {
    for (const target of [entry, ...space.values()]) this.#add(target.name, target);
  }

  #add(name: string, target: LlmFunction): void {
    if (!this.byName.has(name)) this.byName.set(name, target);
    if (this.#seen.has(target)) return;
    this.#seen.add(target);
    const { grants, sources = [] } = reachedFrom(target);
    if (sources.length > 0) this.isOpen = true;
    for (const [reached, grant] of grants) this.#add(reached, grant.function);
  }
}

function reachedFrom(target: LlmFunction) {
  if (target.kind === "worker") return { grants: target.functions, sources: target.sources };
  const { grants = [], sources } = target.workers?.offer ?? {};
  return { grants: grants.map((grant) => [grant.function.name, grant] as const), sources };
}

function checkEffect(target: LlmFunction, { place }: CaseEffect): void {
  const what = target.name;
  if (target.kind === "worker") {
    throw wrongEffect(what, place, "it is a worker, whose answers its cassette holds", [
      "name the tools that it calls",
    ]);
  }
  if (target.tool.effect !== "pure") return;
  throw wrongEffect(what, place, "its effect is pure, so it runs in every replay", [
    'give the tool its effect: effect: "external"',
    "or remove it from effects",
  ]);
}

function unknownFunction(what: string, { place }: CaseEffect, names: readonly string[]) {
  const near = nearest(what, names);
  const known = names.length === 0 ? "there are none" : `known: ${names.toSorted().join(", ")}`;
  return wrongEffect(what, place, `there is no such function (${known})`, [
    near === undefined ? "remove it from effects" : `write "${near}"`,
  ]);
}

function wrongEffect(
  what: string,
  place: CaseEffect["place"],
  reason: string,
  tries: readonly string[],
): LlmDoError {
  return new LlmDoError({ code: "cases", verb: "answer", what, reason, place, tries });
}
