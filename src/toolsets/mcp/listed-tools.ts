import { LlmDoError } from "../../errors/llm-do-error.ts";
import { nearest } from "../../errors/nearest.ts";
import type { CallContext } from "../../functions/call-context.ts";
import type { Schema } from "../../functions/schema.ts";
import { type Tool, tool } from "../../functions/tool.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";

/** What models may call; `__proto__` is a name that only an attack has. */
const NAME = /^(?!__proto__$)[A-Za-z0-9_-]{1,64}$/;

/** Characters of a name that nobody can use which an error shows. */
const SHOWN_NAME = 80;

/**
 * What of a server's answer is used, and so recorded: names, descriptions and input schemas.
 *
 * @param wanted names of the tools that are used; all of them where it is undefined
 * @throws LlmDoError `call` for a tool that no model could call, or one that is wanted and not there
 */
export function readListing(
  answer: readonly Json[],
  wanted: readonly string[] | undefined,
  server: string,
): Json {
  const listed = answer.filter(isJsonObject);
  const names = listed.map((entry) => String(entry["name"]));
  const missing = wanted?.find((name) => !names.includes(name));
  if (missing !== undefined) throw notThere(missing, names, server);
  const used = listed.filter((entry) => wanted?.includes(String(entry["name"])) ?? true);
  const seen = new Set<string>();
  return used.map((entry) => {
    const read = readTool(entry, server);
    if (seen.has(read.name)) throw unusable(server, read.name, "is there twice");
    seen.add(read.name);
    return { ...read };
  });
}

interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

function readTool(entry: Json, server: string): ListedTool {
  const { name, description, inputSchema } = isJsonObject(entry) ? entry : {};
  if (typeof name !== "string" || !NAME.test(name)) {
    const shown = JSON.stringify(name ?? null).slice(0, SHOWN_NAME);
    throw unusable(server, shown, "has a name that no model can call");
  }
  if (!isJsonObject(inputSchema) || inputSchema["type"] !== "object") {
    throw unusable(server, name, "has an input schema that is not one of an object");
  }
  const described = typeof description === "string" ? description : "";
  return { name, description: described, inputSchema };
}

/** Calls a tool of the server. */
type CallTool = (name: string, input: Json, context: CallContext) => Promise<Json>;

/** The tools of a listing, live or recorded. */
export function toolsOfListing(
  listing: Json,
  server: string,
  call: CallTool,
): ReadonlyMap<string, Tool> {
  const entries: readonly Json[] = Array.isArray(listing) ? listing : [];
  return new Map(
    entries.map((entry) => {
      const { name, description, inputSchema } = readTool(entry, server);
      const made = tool({
        description,
        input: objectOf(inputSchema),
        effect: "external",
        run: (input, context) => call(name, input, context),
      });
      return [name, made] as const;
    }),
  );
}

/** An object as a server describes it; the server itself says what does not fit. */
function objectOf(described: JsonObject): Schema<JsonObject> {
  return {
    "~standard": {
      version: 1,
      vendor: "llm-do",
      validate: (value) =>
        isJsonObject(value) ? { value } : { issues: [{ message: "expected an object" }] },
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
    reason: `its tool ${name} ${why}`,
    tries: ["leave it out: name the tools that are used in tools: [...]"],
  });
}
