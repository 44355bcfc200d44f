import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../model/json.ts";
import type { Path } from "../../yaml/path.ts";
import { arrange, asUnicode } from "./arrange-schema.ts";
import {
  type Held,
  type HeldDocument,
  type HeldObject,
  MAX_DEPTH,
  NOTHING,
} from "./held-schema.ts";
import {
  INNER_SCHEMAS,
  keywordProblem,
  PLAIN_KEYWORDS,
  patternProblem,
  type SchemaProblem,
} from "./keywords.ts";
import { References } from "./references.ts";

/** A schema in the document, while it is read. */
interface SchemaNode {
  readonly path: Path;
  readonly held: Held;
  /** The schemas that are for the same value. */
  readonly inPlace: SchemaNode[];
}

/** Thrown while a schema is read, with the part that values could not be held to. */
export class UnheldPart extends Error {
  readonly problem: SchemaProblem;

  constructor(problem: SchemaProblem) {
    super(problem.reason);
    this.problem = problem;
  }
}

/**
 * Reads a JSON Schema that somebody wrote.
 *
 * @param formats the formats that are checked; all others are annotations
 * @throws UnheldPart for a part that values could not be held to
 */
export function readSchema(schema: JsonSchema, formats: ReadonlySet<string>): HeldDocument {
  refuseDepth(schema, 0);
  const reader = new SchemaReader(schema, formats);
  const root = reader.read(schema, [], "");
  reader.followReferences();
  refuseCircles(reader.nodes);
  return {
    root: root.held as HeldObject, // a map was read
    targets: reader.targets,
    withDefault: reader.withDefault,
  };
}

class SchemaReader {
  readonly nodes: SchemaNode[] = [];
  readonly targets: Record<string, Held> = Object.create(null);
  readonly withDefault: HeldObject[] = [];
  readonly #references: References;
  readonly #formats: ReadonlySet<string>;
  readonly #nodeByPath = new Map<string, SchemaNode>();
  /** Grows while it is gone through: a reference may lead to a part that nothing else reads. */
  readonly #open: { node: SchemaNode; held: HeldObject; reference: string; base: string }[] = [];

  constructor(schema: JsonSchema, formats: ReadonlySet<string>) {
    this.#references = new References(schema);
    this.#formats = formats;
  }

  read(schema: Json | undefined, path: Path, above: string): SchemaNode {
    const known = this.#nodeByPath.get(JSON.stringify(path));
    if (known) return known;
    if (typeof schema === "boolean") {
      return this.#note({ path, held: schema ? true : NOTHING, inPlace: [] });
    }
    if (!isJsonObject(schema)) {
      throw new UnheldPart({ path, reason: "is not a schema", hint: "write a map" });
    }
    for (const [keyword, value] of Object.entries(schema)) {
      stopAt(path, keywordProblem(keyword, value));
    }
    const { base, problem } = this.#references.register(schema, path, above);
    stopAt(path, problem);
    const held: HeldObject = Object.create(null);
    const node = this.#note({ path, held, inPlace: [] });
    for (const [keyword, value] of Object.entries(schema)) {
      if (PLAIN_KEYWORDS.has(keyword)) held[keyword] = value;
      else if (INNER_SCHEMAS.has(keyword)) this.#readInner(keyword, value, { node, held, base });
    }
    this.#readTexts(schema, held);
    arrange(held);
    if (typeof schema.$ref === "string") {
      this.#open.push({ node, held, reference: schema.$ref, base });
    }
    if (schema.default !== undefined) {
      held.default = schema.default;
      this.withDefault.push(held);
    }
    return node;
  }

  followReferences(): void {
    for (const { node, held, reference, base } of this.#open) {
      const found = this.#references.find(reference, base);
      stopAt(node.path, found.problem);
      if (!found.target) continue;
      const target = this.read(found.target.schema, found.target.path, found.target.base);
      const key = JSON.stringify(found.target.path);
      node.inPlace.push(target);
      held.$ref = key;
      this.targets[key] = target.held;
    }
  }

  #note(node: SchemaNode): SchemaNode {
    this.nodes.push(node);
    this.#nodeByPath.set(JSON.stringify(node.path), node);
    return node;
  }

  #readInner(
    keyword: string,
    value: Json,
    { node, held, base }: { node: SchemaNode; held: HeldObject; base: string },
  ): void {
    const { kind = "schema", isInPlace = false } = INNER_SCHEMAS.get(keyword) ?? {};
    const read = (schema: Json, step: Path): Held => {
      const inner = this.read(schema, [...node.path, keyword, ...step], base);
      if (isInPlace) node.inPlace.push(inner);
      return inner.held;
    };
    if (kind === "list" || (kind === "items" && Array.isArray(value))) {
      if (!Array.isArray(value) || (value.length === 0 && kind === "list")) {
        const reason = "must be a list of schemas";
        stopAt(node.path, { path: [keyword], reason, hint: "list the schemas" });
      }
      held[keyword] = (value as readonly Json[]).map((schema, index) => read(schema, [index]));
    } else if (kind === "map" || kind === "dependencies") {
      if (!isJsonObject(value)) {
        const reason = "must be a map of schemas";
        throw new UnheldPart({ path: [...node.path, keyword], reason, hint: "write a map" });
      }
      held[keyword] = mapped(value, (inner, name) => {
        if (kind === "dependencies" && Array.isArray(inner)) {
          const problem = keywordProblem("required", inner);
          stopAt([...node.path, keyword], problem && { ...problem, path: [name] });
          return inner;
        }
        if (keyword !== "patternProperties") return read(inner, [name]);
        stopAt(node.path, patternProblem([keyword, name], name));
        return read(inner, [name]);
      });
    } else {
      held[keyword] = read(value, []);
    }
  }

  #readTexts({ pattern, format }: JsonObject, held: HeldObject): void {
    if (typeof pattern === "string") {
      held["pattern"] = asUnicode(pattern);
      held["writtenPattern"] = pattern; // for messages
    }
    if (typeof format === "string" && this.#formats.has(format)) held["format"] = format;
  }
}

function mapped<To>(
  map: JsonObject,
  convert: (value: Json, name: string) => To,
): Record<string, To> {
  const out: Record<string, To> = Object.create(null);
  for (const [name, value] of Object.entries(map)) out[name] = convert(value, name);
  return out;
}

function stopAt(path: Path, problem: SchemaProblem | undefined): void {
  if (problem) throw new UnheldPart({ ...problem, path: [...path, ...problem.path] });
}

const TOO_DEEP = {
  path: [],
  reason: `is nested more than ${MAX_DEPTH} levels deep`,
  hint: 'name its parts under "$defs" and write "$ref": "#/$defs/NAME"',
};

function refuseDepth(json: Json, depth: number): void {
  if (depth > MAX_DEPTH) throw new UnheldPart(TOO_DEEP);
  if (typeof json !== "object" || json === null) return;
  for (const inner of Object.values(json)) refuseDepth(inner as Json, depth + 1);
}

/** Refuses what would be checked without end, or with too many steps for one value. */
function refuseCircles(nodes: readonly SchemaNode[]): void {
  const heights = new Map<SchemaNode, number>();
  const open = new Set<SchemaNode>();
  const heightOf = (node: SchemaNode): number => {
    const known = heights.get(node);
    if (known !== undefined) return known;
    if (open.has(node)) {
      const reason = "leads back to itself without going into a value";
      const hint = "refer to it from properties or items";
      throw new UnheldPart({ path: node.path, reason, hint });
    }
    if (open.size > MAX_DEPTH) throw new UnheldPart({ ...TOO_DEEP, ...CHAIN, path: node.path });
    open.add(node);
    const height = 1 + Math.max(0, ...node.inPlace.map(heightOf));
    open.delete(node);
    heights.set(node, height);
    if (height > MAX_DEPTH) throw new UnheldPart({ ...TOO_DEEP, ...CHAIN, path: node.path });
    return height;
  };
  for (const node of nodes) heightOf(node);
}

const CHAIN = {
  reason: `leads through more than ${MAX_DEPTH} schemas before it goes into a value`,
  hint: "refer to the last of them",
};
