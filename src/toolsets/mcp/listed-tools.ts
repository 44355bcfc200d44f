import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { CallContext } from "../../functions/call-context.ts";
import type { Schema } from "../../functions/schema.ts";
import { type Tool, tool } from "../../functions/tool.ts";
import type { ToolPin } from "../../functions/tool-source.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { inputDialect } from "../../providers/wire/schema/schema-dialect.ts";
import { WHOLE_LANGUAGE } from "../../providers/wire/schema/schema-rules.ts";
import { nearest } from "../../words/nearest.ts";
import { isProtocolMethod, protocolInput } from "./protocol-tools.ts";

/** Characters of the longest name that is used. */
export const LONGEST_NAME = 256;

/** Levels of an input schema; what reads schemas further on is not made for more. */
const DEEPEST_SCHEMA = 100;

/** Characters of a name that nobody can use which a message shows. */
const SHOWN_NAME = 80;

/** What a person does not see in a name, or sees as another one. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What is known of a server's listing beside what it lists. */
interface ListingScope {
  /** Names of the tools that are used; all of them where it is undefined. */
  readonly wanted: readonly string[] | undefined;
  /** What errors call the server. */
  readonly server: string;
}

/**
 * What of a server's answer is used, and so recorded: names, descriptions and input schemas. A tool
 * that cannot be used is there by its name and the reason, so that a replay tells the same.
 *
 * @throws LlmDoError `call` for a tool that is wanted and not there, or cannot be used
 */
export function readListing(answer: readonly Json[], { wanted, server }: ListingScope): Json {
  const listed = answer.map(readTool);
  const names = listed.map(({ name }) => name);
  const missing = wanted?.find((name) => !names.includes(name));
  if (missing !== undefined) throw notThere(missing, names, server);
  const seen = new Set<string>();
  return listed.flatMap((read): readonly Json[] => {
    if (wanted && !wanted.includes(read.name)) return [];
    const entry = seen.has(read.name) ? leftOut(read.name, TWICE) : read;
    seen.add(read.name);
    if (entry.kind === "usable") return [{ ...entry.entry }];
    const { name, why } = entry;
    if (wanted && why !== TWICE) throw unusable(server, name, why);
    return [{ name, left_out: why }];
  });
}

const TWICE = "is listed twice: the first one counts";

type ReadTool =
  | { readonly kind: "usable"; readonly name: string; readonly entry: ListedTool }
  | { readonly kind: "left-out"; readonly name: string; readonly why: string };

interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  /** The method of the protocol that it calls; absent for the server's own tools. */
  readonly does?: string;
}

function leftOut(name: string, why: string): ReadTool {
  return { kind: "left-out", name, why };
}

function readTool(entry: Json): ReadTool {
  const { name, description, inputSchema, does } = isJsonObject(entry) ? entry : {};
  const flaw = nameFlaw(name);
  if (typeof name !== "string" || flaw !== undefined) {
    return leftOut(shownName(name), flaw ?? "has no name");
  }
  const schema = objectSchema(inputSchema);
  if (!schema) return leftOut(name, "has an input schema that is not one of an object");
  if (isDeeper(schema, DEEPEST_SCHEMA)) {
    return leftOut(name, `has an input schema that is nested deeper than ${DEEPEST_SCHEMA} levels`);
  }
  // A request with it would be refused, whatever else it offers. No provider's rules change that.
  if (inputDialect(schema, WHOLE_LANGUAGE).isImpossible) {
    return leftOut(name, "has an input schema that no value fits");
  }
  const described = typeof description === "string" ? description : "";
  const read = { name, description: described, inputSchema: schema };
  return { kind: "usable", name, entry: isProtocolMethod(does) ? { ...read, does } : read };
}

/** Whether a value has more levels than that. */
function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item: Json) => isDeeper(item, levels - 1));
}

function nameFlaw(name: Json | undefined): string | undefined {
  if (typeof name !== "string" || name.trim() === "") return "has no name";
  if (name === "__proto__") return "has a name that only an attack has";
  if (name.length > LONGEST_NAME) return `has a name of more than ${LONGEST_NAME} characters`;
  return INVISIBLE.test(name) ? "has a name with characters that nobody sees" : undefined;
}

function shownName(name: Json | undefined): string {
  const text = typeof name === "string" ? name : JSON.stringify(name ?? null);
  return text.length <= SHOWN_NAME ? text : `${text.slice(0, SHOWN_NAME)}…`;
}

/** Calls are made with an object, so a schema that says nothing of its type is of one. */
function objectSchema(schema: Json | undefined): JsonObject | undefined {
  if (schema === undefined || schema === null) return { type: "object" };
  if (!isJsonObject(schema)) return undefined;
  const { type = null } = schema;
  if (type === "object") return schema;
  const takesObject = type === null || (Array.isArray(type) && type.includes("object"));
  return takesObject ? { ...schema, type: "object" } : undefined;
}

/** Calls a tool of the server, or a method of the protocol. */
type CallTool = (called: ListedTool, input: JsonObject, context: CallContext) => Promise<Json>;

/**
 * The tools of a listing, live or recorded.
 *
 * @param keepPin told how the server describes a tool of its own
 */
export function toolsOfListing(
  listing: Json,
  call: CallTool,
  keepPin: (tool: Tool, pin: Omit<ToolPin, "server">) => void,
): ReadonlyMap<string, Tool> {
  const tools = new Map<string, Tool>();
  for (const entry of entriesOf(listing)) {
    const read = isJsonObject(entry) && "left_out" in entry ? undefined : readTool(entry);
    if (read?.kind !== "usable" || tools.has(read.name)) continue;
    const listed = read.entry;
    const { name, description, inputSchema, does } = listed;
    const made = tool({
      description,
      input: objectOf(inputSchema, does),
      effect: "external",
      run: (input, context) => call(listed, input, context),
    });
    tools.set(name, made);
    if (does === undefined) keepPin(made, { tool: name, description, inputSchema });
  }
  return tools;
}

/** What a person is told of the tools of a listing that are left out. */
export function listingRemarks(listing: Json, server: string): readonly string[] {
  return entriesOf(listing).flatMap((entry) => {
    const { name, left_out: why } = isJsonObject(entry) ? entry : {};
    if (typeof why !== "string") return [];
    return [`${server}: left out its tool ${JSON.stringify(name ?? null)}, which ${why}`];
  });
}

function entriesOf(listing: Json): readonly Json[] {
  return Array.isArray(listing) ? listing : [];
}

/**
 * An object as a server describes it; the server itself says what does not fit. What a method of the
 * protocol takes is known here.
 */
function objectOf(described: JsonObject, method: string | undefined): Schema<JsonObject> {
  return {
    "~standard": {
      version: 1,
      vendor: "llm-do",
      validate: async (value) => {
        if (!isJsonObject(value)) return { issues: [{ message: "expected an object" }] };
        if (method === undefined) return { value };
        const { issues } = await protocolInput(method)["~standard"].validate(value);
        return issues ? { issues } : { value };
      },
      jsonSchema: { input: () => ({ ...described }), output: () => ({ ...described }) },
    },
  };
}

function notThere(name: string, names: readonly string[], server: string): LlmDoError {
  const near = nearest(name, names);
  return new LlmDoError({
    code: "call",
    verb: "use",
    what: server,
    reason: `"tools" names "${name}", which the server does not have`,
    tries: [near === undefined ? `its tools are: ${names.join(", ")}` : `write "${near}"`],
  });
}

function unusable(server: string, name: string, why: string): LlmDoError {
  return new LlmDoError({
    code: "call",
    verb: "use",
    what: server,
    reason: `"tools" names "${name}", which ${why}`,
    tries: [`take "${name}" out of tools`],
  });
}
