import {
  type FieldType,
  objectSchema,
  optional,
  required,
  text,
} from "../../functions/object-schema.ts";
import { jsonSchemaOf, type Schema } from "../../functions/schema.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { McpConnection } from "./mcp-connection.ts";
import { isMethodUnknown } from "./told-error.ts";
import { contentParts, readPart, resourceText } from "./tool-result.ts";

/** What a server has beside its tools. */
type Capability = "resources" | "prompts";

/** A tool that reads what a server has beside its tools. */
interface ProtocolTool {
  /** Its name behind the server's, as in `mcp.read_resource`. */
  readonly name: string;
  readonly needs: Capability;
  readonly description: string;
  readonly input: Schema;
  /** @param input has been checked */
  run(connection: McpConnection, input: JsonObject): Promise<Json>;
}

const NO_INPUT = objectSchema({});

/** Servers fill prompts with texts only. */
const PROMPT_ARGUMENTS: FieldType<JsonObject> = {
  jsonSchema: {
    type: "object",
    description: "The prompt's arguments, each a text.",
    additionalProperties: { type: "string" },
  },
  expects: "an object of texts",
  fits: (value): value is JsonObject =>
    isJsonObject(value) && Object.values(value).every((item) => typeof item === "string"),
};

/** By the method of the protocol, which a recorded listing names them by. */
const PROTOCOL_TOOLS: Readonly<Record<string, ProtocolTool>> = {
  "resources/list": {
    name: "list_resources",
    needs: "resources",
    description: "Lists the resources of an MCP server: their URIs, names and descriptions.",
    input: NO_INPUT,
    run: async (connection) => ({
      resources: await listedBy(connection, "resources/list", "resources"),
      templates: await templatesOf(connection),
    }),
  },
  "resources/read": {
    name: "read_resource",
    needs: "resources",
    description: "Reads a resource of an MCP server by its URI.",
    input: objectSchema({ uri: required(text("The URI of the resource.")) }),
    run: async (connection, { uri = null }) => {
      const { contents } = await connection.ask("resources/read", { uri }, "resources/read");
      if (!Array.isArray(contents)) throw new Error("the server's answer holds no contents");
      return contents
        .map((content) => resourceText(isJsonObject(content) ? content : {}))
        .join("\n");
    },
  },
  "prompts/list": {
    name: "list_prompts",
    needs: "prompts",
    description: "Lists the prompts of an MCP server: their names, descriptions and arguments.",
    input: NO_INPUT,
    run: async (connection) => ({ prompts: await listedBy(connection, "prompts/list", "prompts") }),
  },
  "prompts/get": {
    name: "get_prompt",
    needs: "prompts",
    description: "Gets a prompt of an MCP server by its name, filled with arguments.",
    input: objectSchema({
      name: required(text("The name of the prompt.")),
      arguments: optional(PROMPT_ARGUMENTS),
    }),
    run: async (connection, { name = null, arguments: given = {} }) => {
      const asked = { name, arguments: given };
      const { messages } = await connection.ask("prompts/get", asked, "prompts/get");
      if (!Array.isArray(messages)) throw new Error("the server's answer holds no messages");
      return messages.map(messageText).join("\n\n");
    },
  },
};

/** A tool of the protocol as a listing has it; `does` is the method that it calls. */
interface ProtocolEntry {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly does: string;
}

/** The tools that read what a server has beside its tools, as they stand in its listing. */
export function protocolEntries(has: ReadonlySet<Capability>, server: string): ProtocolEntry[] {
  return Object.entries(PROTOCOL_TOOLS).flatMap(([does, { name, needs, ...described }]) => {
    if (!has.has(needs)) return [];
    const { description, input } = described;
    const inputSchema = jsonSchemaOf(input, "input", name);
    return [{ name: `${server}.${name}`, description, inputSchema, does }];
  });
}

/** Whether a listing may name a method. */
export function isProtocolMethod(method: Json | undefined): method is string {
  return typeof method === "string" && Object.hasOwn(PROTOCOL_TOOLS, method);
}

/** What a tool of the protocol takes. */
export function protocolInput(method: string): Schema {
  return protocolTool(method).input;
}

/** Calls a tool of the protocol. */
export async function callProtocolTool(
  method: string,
  connection: McpConnection,
  input: JsonObject,
): Promise<Json> {
  return await protocolTool(method).run(connection, input);
}

function protocolTool(method: string): ProtocolTool {
  const tool = PROTOCOL_TOOLS[method];
  if (!tool) throw new TypeError(`no tool for ${method}`); // a listing names no other
  return tool;
}

/** What a list tells of each thing; what only programs use is left out. */
const TOLD = [
  "uri",
  "uriTemplate",
  "name",
  "title",
  "description",
  "mimeType",
  "size",
  "arguments",
] as const;

async function listedBy(connection: McpConnection, method: string, field: string): Promise<Json> {
  const found = await connection.list(method, field);
  return found.filter(isJsonObject).map((one) => {
    const told = TOLD.flatMap((key) => (one[key] === undefined ? [] : [[key, one[key]] as const]));
    return Object.fromEntries(told);
  });
}

/** A server without templates need not know of them. */
async function templatesOf(connection: McpConnection): Promise<Json> {
  try {
    return await listedBy(connection, "resources/templates/list", "resourceTemplates");
  } catch (error) {
    if (isMethodUnknown(error)) return [];
    throw error;
  }
}

function messageText(message: Json): string {
  const { role = "someone", content } = isJsonObject(message) ? message : {};
  const parts = contentParts(content) ?? [null];
  return `${String(role)}: ${parts.map((part) => readPart(part).text).join("\n")}`;
}
