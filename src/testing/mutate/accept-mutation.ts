import { nearest } from "../../words/nearest.ts";
import type { IdentifiedMutation } from "./mutations-of.ts";
import type { Verdict } from "./run-mutation.ts";

/** What a person is told of a mutation that survives and that the case does not accept. */
export function survivingText(message: string, id: string): string {
  return [
    message,
    `Try: or accept it in the case: mutations: { accept: [{ id: ${id}, reason: "..." }] }`,
  ].join("\n");
}

/**
 * What is wrong with accepting a mutation; undefined where it survives, as the case says. What is
 * noticed needs no excuse, and one that stays would cover for the next change.
 */
export function wronglyAccepted(
  { id, name }: IdentifiedMutation,
  verdict: Verdict,
): string | undefined {
  if (verdict.kind === "survived") return undefined;
  return [
    `the accepted mutation ${id} no longer survives: a change of ${name} is noticed by ${NOTICED[verdict.by]}`,
    `Try: remove ${id} from mutations: accept`,
  ].join("\n");
}

const NOTICED = { miss: "a miss", expectation: "an expectation" } as const;

/** What a person is told of an accepted id that no mutation of the case has. */
export function unknownMutation(id: string, ids: readonly string[]): string {
  const near = nearest(id, ids);
  return [
    `the accepted mutation ${id} no longer survives: the case has no such mutation`,
    near === undefined ? `Try: remove ${id} from mutations: accept` : `Try: write ${near}`,
  ].join("\n");
}
