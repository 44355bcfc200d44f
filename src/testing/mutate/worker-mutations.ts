import type { Rewrites } from "../../cassette/rules/rules.ts";
import type { Json } from "../../model/json.ts";
import type { ModelRequest, ModelSettings, ToolDefinition } from "../../model/request.ts";
import type { ObservedCase } from "../cases/run/observed-case.ts";
import { changeProject } from "./changed-project.ts";
import { changedProperty, changedSchema } from "./changed-schema.ts";
import { changesOf, type TextChange } from "./changed-text.ts";
import { changeKey, type Mutation, textOf } from "./mutation.ts";
import { offering } from "./offered-tool.ts";

/** Mutations of what each worker that the run asked says to its model by itself. */
export function workerMutations({ exchanges, rewrites }: ObservedCase): readonly Mutation[] {
  // The first request of a worker says what it is and has; later ones say the same.
  const firsts = new Map<string, ModelRequest>();
  for (const { worker, number, request } of exchanges) {
    if (number === 1 && !firsts.has(worker)) firsts.set(worker, request);
  }
  return [...firsts].flatMap(([worker, request]) => [
    ...ofInstructions(worker, request, rewrites),
    ...request.tools.flatMap((tool) => ofTool(worker, tool, rewrites)),
    ofSetting(worker, request.settings),
  ]);
}

function ofInstructions(worker: string, { system }: ModelRequest, rewrites: Rewrites): Mutation[] {
  return changesOf(system, rewrites).map((change, index) => ({
    name: numbered(`the instructions of ${worker}`, index),
    key: changeKey(`instructions ${worker}`, change),
    begin: () => ({
      project: (project) =>
        changeProject(project, {
          worker: (one) => (one.name === worker ? { ...one, instructions: change.after } : one),
        }),
      changed: () => change,
    }),
  }));
}

function ofTool(worker: string, tool: ToolDefinition, rewrites: Rewrites): Mutation[] {
  const { name, description, inputSchema } = tool;
  const after = changedSchema(inputSchema);
  const of = `of ${name}, which ${worker} may call`;
  return [
    ...changesOf(description, rewrites).map((change: TextChange, index) => ({
      name: numbered(`the description ${of}`, index),
      key: changeKey(`description ${worker} ${name}`, change),
      begin: () => ({
        project: offering({ worker, name, description: change.after }),
        changed: () => change,
      }),
    })),
    {
      name: `the input schema ${of}`,
      key: JSON.stringify(["schema", worker, name, changedProperty(inputSchema)]),
      begin: () => ({
        project: offering({ worker, name, inputSchema: after }),
        changed: () => ({ before: textOf(inputSchema), after: textOf(after) }),
      }),
    },
  ];
}

function ofSetting(worker: string, settings: ModelSettings): Mutation {
  const name: "temperature" | "maxTokens" =
    settings.temperature === undefined && settings.maxTokens !== undefined
      ? "maxTokens"
      : "temperature";
  const after = { ...settings, [name]: changedNumber(settings[name]) };
  return {
    name: `the setting ${name} of ${worker}`,
    key: JSON.stringify(["setting", worker, name, settings[name] ?? null]),
    begin: () => ({
      project: (project) =>
        changeProject(project, {
          worker: (one) => (one.name === worker ? { ...one, settings: after } : one),
        }),
      // Interfaces of JSON fields lack an index signature.
      changed: () => ({
        before: textOf(settings as unknown as Json),
        after: textOf(after as unknown as Json),
      }),
    }),
  };
}

function changedNumber(value: number | undefined): number {
  return value === undefined ? 1 : value + 1;
}

/** The second change of one thing is told from the first by its number. */
function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}, where a rule hides it (${index})`;
}
