import type { Grant, GrantedSource } from "../../functions/llm-function.ts";
import type { Schema } from "../../functions/schema.ts";
import type { Tool } from "../../functions/tool.ts";
import type { JsonSchema } from "../../model/json.ts";
import type { Project } from "../../project/project.ts";
import { changeProject } from "./changed-project.ts";

/** What one worker's model is told of one function that it may call. */
export interface OfferedTool {
  readonly worker: string;
  readonly name: string;
  /** Absent: what it is. */
  readonly description?: string;
  readonly inputSchema?: JsonSchema;
}

/** Changes what a model is told of a function; the function itself stays as it is. */
export function offering(offered: OfferedTool): (project: Project) => Project {
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
