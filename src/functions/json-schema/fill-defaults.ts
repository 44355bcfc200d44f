import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Held, HeldDocument, HeldObject } from "./held-schema.ts";

/** Whether a value fits a schema of the document. */
type Fits = (value: Json, schema: Held) => boolean;

/**
 * Fills in the defaults of properties that are absent, and puts properties in the order of the
 * schema. Goes through `$ref`, `allOf` and the branches that hold: the first of `anyOf`, the one of
 * `oneOf`, `then` or `else`. A default that does not fit its own schema is never filled in.
 */
export class Defaults {
  readonly #document: HeldDocument;
  readonly #fits: Fits;
  readonly #usable = new Map<Held, Json>();
  /** What was filled in already: alternatives that go into the same parts would do it again. */
  readonly #filled = new WeakMap<object, Map<Held, Json>>();

  constructor(document: HeldDocument, fits: Fits) {
    this.#document = document;
    this.#fits = fits;
    // Inner ones first: a default may have absent properties with defaults of their own.
    for (const schema of document.withDefault) {
      const written = schema.default;
      if (written === undefined) continue;
      const value = this.fill(structuredClone(written), schema);
      if (fits(value, schema)) this.#usable.set(schema, value);
    }
  }

  /** Whether there is any default to fill in. */
  get areAny(): boolean {
    return this.#usable.size > 0;
  }

  /** The default of a schema, or of one that it takes in; a new copy each time. */
  of(schema: Held | undefined): Json | undefined {
    if (schema === undefined || typeof schema === "boolean") return undefined;
    const own = this.#usable.get(schema);
    if (own !== undefined) return structuredClone(own);
    for (const inner of this.#always(schema)) {
      const found = this.of(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  fill(value: Json, schema: Held): Json {
    if (typeof schema === "boolean" || typeof value !== "object" || value === null) return value;
    const known = this.#filled.get(value) ?? new Map<Held, Json>();
    this.#filled.set(value, known);
    const filled = known.get(schema) ?? this.#fillAnew(value, schema);
    known.set(schema, filled);
    return filled;
  }

  #fillAnew(value: JsonObject | readonly Json[], schema: HeldObject): Json {
    let filled: Json = value;
    for (const inner of this.#always(schema)) filled = this.fill(filled, inner);
    if (this.areAny) filled = this.#fillBranches(filled, schema);
    if (isJsonObject(filled)) return this.#fillProperties(filled, schema);
    return (filled as readonly Json[]).map((item, index) => {
      const inner = schema.prefixItems?.[index] ?? schema.items;
      return inner === undefined ? item : this.fill(item, inner);
    });
  }

  /** The schemas that hold for each value that the schema takes. */
  #always({ $ref, allOf = [] }: HeldObject): readonly Held[] {
    const target = $ref === undefined ? undefined : this.#document.targets[$ref];
    return target === undefined ? allOf : [target, ...allOf];
  }

  #fillBranches(value: Json, schema: HeldObject): Json {
    let filled = value;
    for (const branches of [schema.anyOf, schema.oneOf]) {
      for (const branch of branches ?? []) {
        const tried = this.fill(filled, branch);
        if (!this.#fits(tried, branch)) continue;
        filled = tried;
        break;
      }
    }
    if (schema.if !== undefined) {
      const branch = this.#fits(filled, schema.if) ? schema.then : schema.else;
      if (branch !== undefined) filled = this.fill(filled, branch);
    }
    for (const [name, inner] of Object.entries(schema.dependentSchemas ?? {})) {
      if (isJsonObject(filled) && Object.hasOwn(filled, name)) filled = this.fill(filled, inner);
    }
    return filled;
  }

  #fillProperties(value: JsonObject, schema: HeldObject): JsonObject {
    const { properties, propertyOrder = [] } = schema;
    const { patternProperties = {}, additionalProperties } = schema;
    const filled = new Map<string, Json>();
    for (const name of propertyOrder) {
      const inner = properties?.[name] ?? true;
      const own = Object.hasOwn(value, name) ? value[name] : undefined;
      const found = own === undefined ? this.of(inner) : this.fill(own, inner);
      if (found !== undefined) filled.set(name, found);
    }
    const patterns = Object.entries(patternProperties).map(
      ([pattern, inner]) => [new RegExp(pattern, "u"), inner] as const,
    );
    for (const [name, own] of Object.entries(value)) {
      const matching = patterns.filter(([pattern]) => pattern.test(name)).map(([, inner]) => inner);
      const isKnown = filled.has(name) || matching.length > 0;
      const others = isKnown || additionalProperties === undefined ? [] : [additionalProperties];
      const inner = [...matching, ...others];
      filled.set(
        name,
        inner.reduce((now: Json, one) => this.fill(now, one), filled.get(name) ?? own),
      );
    }
    return Object.fromEntries(filled);
  }
}
