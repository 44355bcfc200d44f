import type { Rewrites } from "../../cassette/rules/rules.ts";
import type { Grant, GrantedSource } from "../../functions/llm-function.ts";
import type { Schema } from "../../functions/schema.ts";
import type { Tool } from "../../functions/tool.ts";
import { isJsonObject, type Json, type JsonSchema, textOrJson } from "../../model/json.ts";
import type { ModelRequest, ModelSettings, ToolDefinition } from "../../model/request.ts";
import type { Project } from "../../project/project.ts";
import type { ObservedCase } from "../cases/run/observed-case.ts";
import { changeProject } from "./changed-project.ts";
import { changesOf, type TextChange } from "./changed-text.ts";
import { changeKey, type Mutation } from "./mutation.ts";

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
        changed: () => ({ before: textOrJson(inputSchema), after: textOrJson(after) }),
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
        before: textOrJson(settings as unknown as Json),
        after: textOrJson(after as unknown as Json),
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

/** A property that no schema has. */
const ADDED = { "llm-do-changed": { type: "string" } };

/** A schema that takes something else: its first property has another type, or it has one more. */
export function changedSchema(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  const [first] = isJsonObject(properties) ? Object.entries(properties) : [];
  if (!first || !isJsonObject(properties)) return { ...schema, properties: ADDED };
  const [name, type] = first;
  return { ...schema, properties: { ...properties, [name]: otherType(type) } };
}

/** The property that {@link changedSchema} changes, as it was; null for one more. */
function changedProperty({ properties }: JsonSchema): JsonSchema[string] {
  const [first] = isJsonObject(properties) ? Object.entries(properties) : [];
  if (!first) return null;
  const [name, type] = first;
  return [name, isJsonObject(type) ? (type["type"] ?? null) : null];
}

function otherType(type: JsonSchema[string]): JsonSchema {
  const { type: name, ...rest } = isJsonObject(type) ? type : {};
  return { ...rest, type: name === "string" ? "number" : "string" };
}

/** What one worker's model is told of one function that it may call. */
interface OfferedTool {
  readonly worker: string;
  readonly name: string;
  /** Absent: what it is. */
  readonly description?: string;
  readonly inputSchema?: JsonSchema;
}

/** Changes what a model is told of a function; the function itself stays as it is. */
function offering(offered: OfferedTool): (project: Project) => Project {
  return (project) =>
    changeProject(project, {
      grant: (grant, { name }) =>
        name === offered.worker && grant.function.name === offered.name
          ? changedGrant(grant, offered)
          : grant,
      source: (granted, { name }) =>
        name === offered.worker ? changedSource(granted, offered) : granted,
    });
}

function changedGrant(grant: Grant, { description, inputSchema }: OfferedTool): Grant {
  return {
    ...grant,
    ...(inputSchema ? { inputSchema } : {}),
    ...(description === undefined
      ? {}
      : { function: { ...grant.function, description } as Grant["function"] }),
  };
}

/** What a source has is known when it is asked, in the run. */
function changedSource(granted: GrantedSource, offered: OfferedTool): GrantedSource {
  const { source, prefix = "" } = granted;
  return {
    ...granted,
    source: {
      ...source,
      toolsOf: (answer) =>
        new Map(
          [...source.toolsOf(answer)].map(([name, tool]) => [
            name,
            [name, `${prefix}_${name}`].includes(offered.name) ? changedTool(tool, offered) : tool,
          ]),
        ),
    },
  };
}

function changedTool(tool: Tool, { description, inputSchema }: OfferedTool): Tool {
  return {
    ...tool,
    ...(description === undefined ? {} : { description }),
    ...(inputSchema ? { input: described(tool.input, inputSchema) } : {}),
  };
}

/** A schema that checks values as before and describes itself otherwise. */
function described(schema: Schema, jsonSchema: JsonSchema): Schema {
  const standard = schema["~standard"];
  const input = () => jsonSchema;
  return { "~standard": { ...standard, jsonSchema: { ...standard.jsonSchema, input } } };
}
