import { isJsonObject, type Json, type JsonObject } from "../../../src/model/json.ts";

/**
 * One rule of an API: the places of a request's body that break it. `docs/wire/` has a row for each
 * under the function's name, with its source.
 */
export type ApiRule = (body: JsonObject) => readonly string[];

/** All broken rules of a body, as `rule: place`. */
export function broken(rules: readonly ApiRule[], body: JsonObject): string[] {
  return rules.flatMap((rule) => rule(body).map((place) => `${rule.name}: ${place}`));
}

export function listIn(object: JsonObject, field: string): JsonObject[] {
  const list = object[field];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

export function objectIn(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  return isJsonObject(value) ? value : {};
}

/** Every text of a value, names of properties among them. */
export function textsIn(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: Json) => textsIn(item));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item)]);
}

export function isBlank(value: Json | undefined): boolean {
  return typeof value !== "string" || value.trim() === "";
}

/** The JSON that a text says; undefined where it says none. */
export function parsed(text: Json | undefined): Json | undefined {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

export function isSendableName(name: Json | undefined): boolean {
  return typeof name === "string" && /^[a-zA-Z0-9_-]{1,64}$/.test(name);
}

/** The items of a list that are in it more than once. */
export function repeated(items: readonly (Json | undefined)[]): string[] {
  return items.filter((item, index) => items.indexOf(item) !== index).map(String);
}

export function shown(value: Json | undefined): string {
  return JSON.stringify(value)?.slice(0, 200) ?? "nothing";
}
