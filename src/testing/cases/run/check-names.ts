import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { LlmFunction } from "../../../functions/llm-function.ts";
import { type KnownFunctions, unknownName } from "../../run/known-functions.ts";
import type { CaseEffect, TestCase } from "../file/test-case.ts";

/**
 * Checks the names of functions that a case writes: one that is misspelt is never called, never asked
 * about and never answered, so that the case would pass whatever its project does.
 *
 * @throws LlmDoError `cases`, with the place, for a name of no function, and for effects of a worker or
 * of a pure tool
 */
export function checkNames(one: TestCase, known: KnownFunctions): void {
  for (const [name, effect] of one.effects ?? []) {
    checkName(name, { key: "effects", place: effect.place }, known);
    const target = known.byName.get(name);
    if (target) checkEffect(target, effect);
  }
  for (const [key, names] of writtenNames(one)) {
    for (const name of names) checkName(name, { key, place: one.place }, known);
  }
}

function writtenNames({ approvals, expect }: TestCase): readonly (readonly [string, string[]])[] {
  const { calls = [], order = [], never = [] } = expect;
  return [
    ["approvals", approvals.kind === "rules" ? [...approvals.rules.keys()] : []],
    ["calls", calls.map((call) => call.function)],
    ["order", [...order]],
    ["never", [...never]],
  ];
}

interface WrittenName {
  /** The key that it stands below. */
  readonly key: string;
  readonly place: TestCase["place"];
}

function checkName(name: string, { key, place }: WrittenName, known: KnownFunctions): void {
  const unknown = unknownName([name], known.functions);
  if (!unknown) return;
  const { meant } = unknown;
  const reason = `${key} names it, and ${unknown.reason}`;
  const tries = [meant === undefined ? `remove it from ${key}` : `write "${meant}"`];
  throw new LlmDoError({ code: "cases", verb: "find", what: name, reason, place, tries });
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

function wrongEffect(
  what: string,
  place: CaseEffect["place"],
  reason: string,
  tries: readonly string[],
): LlmDoError {
  return new LlmDoError({ code: "cases", verb: "answer", what, reason, place, tries });
}
