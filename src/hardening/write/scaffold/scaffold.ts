import type { WorkerFunction } from "../../../functions/llm-function.ts";
import type { Json } from "../../../model/json.ts";
import type { WorkerDefinition } from "../../../worker/worker-definition.ts";
import type { Comparator } from "../../agree/comparator.ts";
import type { DistinctInput } from "../../recordings/distinct-inputs.ts";
import { isIdentifier } from "./value-code.ts";

/** All that the files of a hardened tool are made from. The holdout is no part of it. */
export interface Scaffold {
  readonly worker: WorkerFunction;
  /** The worker as its file says it: whether a schema of its own is written there or named. */
  readonly definition: WorkerDefinition;
  /** What the tool is written from, in the order in which it was recorded; at least one. */
  readonly train: readonly [TrainExample, ...TrainExample[]];
  readonly comparator: Comparator;
  /** From the folder of the tool's files to the recordings of the test, with slashes. */
  readonly trainFile: string;
  /** The same of the templates of the guard. */
  readonly templatesFile: string;
}

/** One input to learn from. */
export interface TrainExample {
  readonly input: Json;
  /** What the prompt answered, each answer once, in recorded order. */
  readonly outputs: readonly [Json, ...Json[]];
  /** Its template among all recorded inputs. */
  readonly template: string;
}

/** The examples among inputs: what is held out is left out here and comes no further. */
export function trainExamples(inputs: readonly DistinctInput[]): readonly TrainExample[] {
  return inputs
    .filter(({ side }) => side === "train")
    .map(({ input, template, calls: [first, ...others] }) => {
      const outputs: [Json, ...Json[]] = [first.output];
      for (const { output } of others) {
        const isNew = outputs.every((known) => JSON.stringify(known) !== JSON.stringify(output));
        if (isNew) outputs.push(output);
      }
      return { input, outputs, template };
    });
}

/** Names that a file of a hardened tool uses itself, or that no variable may have. */
const TAKEN: ReadonlySet<string> = new Set(
  (
    "tool z answer Input Output Answer inputSchema outputSchema hardened domain listedTemplates templates " +
    "arguments await break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for function if implements import in instanceof interface let new " +
    "null package private protected public return static super switch this throw true try typeof " +
    "undefined var void while with yield"
  ).split(" "),
);

/** Whether a tool of this name can be a variable of the same name in its file. */
export function isPlainName(name: string): boolean {
  return isIdentifier(name) && !TAKEN.has(name);
}

/** The examples with one of each value that `key` gives, the first. */
export function oneOfEach<Item>(items: readonly Item[], key: (item: Item) => string) {
  const first = new Map<string, Item>();
  for (const item of items) if (!first.has(key(item))) first.set(key(item), item);
  return [...first.values()];
}
