import type { Place } from "../../errors/place.ts";
import { isTool } from "../../functions/tool.ts";

/** An export that looks like a tool or a toolset and was not made into one. */
export interface PlainExport {
  readonly name: string;
  readonly file: string;
  /** The name that its own code gives it: that of a function which is exported as default. */
  readonly ownName: string | undefined;
  /** `a plain function`, `a class`, ... */
  readonly what: string;
  readonly maker: "tool" | "toolset";
  /** Looks for it in its file. */
  placeOf(): Place;
}

type Kind = Pick<PlainExport, "what" | "maker">;

/**
 * What kind of plain export a value is.
 *
 * @returns undefined for what nobody means as a tool: data, schemas, what llm-do itself made
 */
export function plainKind(value: unknown): Kind | undefined {
  if (isUseful(value)) return undefined;
  if (typeof value === "function") return functionKind(value);
  if (!isPlainObject(value)) return undefined;
  const what = "a plain object";
  if ("run" in value && typeof value.run === "function") return { what, maker: "tool" };
  const parts = Object.values(value);
  const isGroup = parts.length > 0 && parts.every((part) => isTool(part) || plainKind(part));
  return isGroup ? { what, maker: "toolset" } : undefined;
}

function functionKind(value: object): Kind {
  const text = Function.prototype.toString.call(value);
  if (/^class\b/.test(text)) return { what: "a class", maker: "toolset" };
  const isAsync = value.constructor?.name === "AsyncFunction";
  return { what: isAsync ? "a plain async function" : "a plain function", maker: "tool" };
}

/** Whether a value is an object that no class made. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Whether a project has a use for an export: what `tool`, `toolset`, `hardened` or `domain` of some
 * installed copy made, and schemas. Some libraries' schemas are functions.
 */
export function isUseful(value: unknown): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  if ("~standard" in value) return true;
  return Object.getOwnPropertySymbols(value).some((brand) =>
    Symbol.keyFor(brand)?.startsWith("llm-do."),
  );
}

/** Whether somebody who says a name may mean an export: by its own name where it is the default. */
export function isCalled(name: string, { name: exported, ownName }: PlainExport): boolean {
  return exported === name || (exported === "default" && ownName === name);
}

/** What is wrong with a plain export, for the reason of an error. */
export function plainProblem(plain: Pick<PlainExport, "name" | "file" | "what" | "maker">): string {
  const { name, file, what, maker } = plain;
  const subject = name === "default" ? `the default export of ${file}` : `${name} in ${file}`;
  return `${subject} is ${what}; wrap it in ${maker}({ ... })`;
}

/** What to write instead of a plain export, one line each. */
export function plainAdvice({ name, ownName, maker }: Omit<PlainExport, "placeOf">): string[] {
  const known = name === "default" ? (ownName ?? "main") : name;
  const group = `export const ${known} = toolset({ NAME: tool({ ... }) })`;
  const one = `export const ${known} = tool({ description: "...", input: z.object({}), effect: "pure", run: (input, ctx) => ... })`;
  return [maker === "tool" ? one : group, "see docs/tools.md"];
}
