import { isJsonObject, type Json } from "../../model/json.ts";
import { counted } from "../../words/counted.ts";
import type { HeldObject } from "./held-schema.ts";

/** One thing that is wrong with a value. */
export interface Fault {
  /** Where it is in the value. */
  readonly path: readonly string[];
  readonly text: string;
  /** What would have been right, where the fault is to be no such thing. */
  readonly wants?: readonly string[];
  /** Whether only another kind of value would have been right. */
  readonly isKind?: boolean;
  /** Whether it may follow from another fault of the same object or list. */
  readonly mayFollow?: boolean;
}

/** Where a keyword was broken. */
interface Broken {
  readonly keyword: string;
  readonly schema: HeldObject;
  readonly path: readonly string[];
  readonly value: Json | undefined;
}

const SHOWN_CHARACTERS = 60;
const SHOWN_CHOICES = 10;

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "an integer",
  boolean: "a boolean",
  null: "null",
  array: "an array",
  object: "an object",
};

/** A value in a message, at most a line long: data of models may be large. */
export function shownValue(value: Json | undefined): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "an array";
  if (isJsonObject(value)) return Object.keys(value).length === 0 ? "{}" : "an object";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(cut(value));
}

export function cut(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** The faults that one broken keyword tells of: none for those that only hold others. */
export function faultsOf(broken: Broken): readonly Fault[] {
  const { keyword, schema, path, value } = broken;
  const one = (text: string): readonly Fault[] => [{ path, text }];
  const bound = schema[keyword];
  switch (keyword) {
    case "type":
      return [
        expected(
          broken,
          [bound].flat().map((type) => KINDS[String(type)] ?? String(type)),
          true,
        ),
      ];
    case "const":
      return [expected(broken, [shownChoice(bound as Json)])];
    case "enum":
      return [expected(broken, (schema.enum ?? []).map(shownChoice))];
    case "not":
      return [{ path, text: forbidden(schema.not) }];
    case "minimum":
      return one(`${shownValue(value)} is less than ${bound}`);
    case "maximum":
      return one(`${shownValue(value)} is greater than ${bound}`);
    case "exclusiveMinimum":
      return one(`${shownValue(value)} is not greater than ${bound}`);
    case "exclusiveMaximum":
      return one(`${shownValue(value)} is not less than ${bound}`);
    case "multipleOf":
      return one(`${shownValue(value)} is not a multiple of ${bound}`);
    case "minLength":
      return one(`${shownValue(value)} is shorter than ${counted(Number(bound), "character")}`);
    case "maxLength":
      return one(`${shownValue(value)} is longer than ${counted(Number(bound), "character")}`);
    case "pattern":
      return one(`${shownValue(value)} does not match ${cut(String(schema["writtenPattern"]))}`);
    case "format":
      return one(`${shownValue(value)} is not a valid ${bound}`);
    default:
      return faultsOfContainer(broken);
  }
}

function faultsOfContainer({ keyword, schema, path, value }: Broken): readonly Fault[] {
  const one = (text: string): readonly Fault[] => [{ path, text }];
  const bound = schema[keyword];
  const size = isJsonObject(value) ? Object.keys(value).length : (value as readonly Json[])?.length;
  switch (keyword) {
    case "minItems":
      return one(`has ${counted(Number(size), "item")}, fewer than ${bound}`);
    case "maxItems":
      return one(`has ${counted(Number(size), "item")}, more than ${bound}`);
    case "uniqueItems":
      return one("has two equal items");
    case "contains":
      return one('has no item that fits "contains"');
    case "minContains":
      return one(`has fewer than ${counted(Number(bound), "item")} that fit "contains"`);
    case "maxContains":
      return one(`has more than ${counted(Number(bound), "item")} that fit "contains"`);
    case "minProperties":
      return one(`has ${counted(Number(size), "property", "properties")}, fewer than ${bound}`);
    case "maxProperties":
      return one(`has ${counted(Number(size), "property", "properties")}, more than ${bound}`);
    case "required":
      return absent(schema.required ?? [], value).map((name) => missing(path, name));
    case "dependentRequired":
      return Object.entries(schema.dependentRequired ?? {})
        .filter(([name]) => isJsonObject(value) && Object.hasOwn(value, name))
        .flatMap(([name, names]) =>
          absent(names, value).map((one) => missing(path, one, ` beside ${shownValue(name)}`)),
        );
    default:
      return [];
  }
}

export function expectedText(wants: readonly string[], got: string): string {
  const choices = [...new Set(wants)];
  const shown = choices.slice(0, SHOWN_CHOICES);
  const left = choices.length - shown.length;
  if (left > 0) return `expected ${shown.join(", ")} or one of ${left} others, got ${got}`;
  const last = shown.pop() ?? "nothing";
  return `expected ${shown.length === 0 ? last : `${shown.join(", ")} or ${last}`}, got ${got}`;
}

function expected({ path, value }: Broken, wants: readonly string[], isKind = false): Fault {
  return { path, text: expectedText(wants, shownValue(value)), wants, isKind };
}

function shownChoice(value: Json): string {
  return typeof value === "object" ? cut(JSON.stringify(value)) : shownValue(value);
}

function missing(path: readonly string[], name: string, why = ""): Fault {
  return { path: [...path, name], text: `is missing${why}` };
}

function absent(names: readonly string[], value: Json | undefined): readonly string[] {
  return names.filter((name) => !isJsonObject(value) || !Object.hasOwn(value, name));
}

function forbidden(schema: HeldObject["not"]): string {
  if (schema === undefined || typeof schema === "boolean" || Object.keys(schema).length === 0) {
    return "is not allowed here";
  }
  const [keyword, ...more] = Object.keys(schema);
  if (more.length > 0) return 'fits what stands under "not"';
  if (keyword === "const") return `must not be ${shownChoice(schema["const"] as Json)}`;
  if (keyword === "enum")
    return `must be none of ${(schema.enum ?? []).slice(0, SHOWN_CHOICES).map(shownChoice).join(", ")}`;
  if (keyword === "type") {
    const kinds = [schema["type"]].flat().map((type) => KINDS[String(type)] ?? String(type));
    return `must not be ${kinds.join(" or ")}`;
  }
  if (keyword !== "required") return 'fits what stands under "not"';
  return `must not have ${(schema.required ?? []).map(shownValue).join(" together with ")}`;
}
