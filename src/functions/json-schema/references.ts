import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import type { Path } from "../../yaml/path.ts";
import type { SchemaProblem } from "./keywords.ts";

interface Target {
  readonly schema: Json;
  readonly path: Path;
  /** What references in it are relative to. */
  readonly base: string;
}

/** A document without `$id` has no address; references to other files do not lead anywhere. */
const NO_ADDRESS = "schema:/";

/** Where the references of one document lead. Nothing outside of it is ever read. */
export class References {
  readonly #root: JsonSchema;
  readonly #resources = new Map<string, Target>();
  readonly #anchors = new Map<string, Target>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** Notes the names of a schema, and returns what references in it are relative to. */
  register(
    schema: JsonObject,
    path: Path,
    above: string,
  ): { readonly base: string; readonly problem?: SchemaProblem | undefined } {
    let base = above === "" ? NO_ADDRESS : above;
    const { $id, $anchor } = schema;
    if (typeof $id === "string") {
      const url = URL.parse($id, base);
      if (!url) {
        const hint = "write a URI, or leave it out";
        return { base, problem: { path: ["$id"], reason: "is not a URI", hint } };
      }
      // Draft 7 wrote anchors so.
      if (url.hash.length > 1) {
        const problem = this.#note(this.#anchors, url.href, { schema, path, base });
        return { base, problem: problem && { ...problem, path: ["$id"] } };
      }
      base = withoutFragment(url);
    }
    if (typeof $id === "string" || path.length === 0) {
      const problem = this.#note(this.#resources, base, { schema, path, base });
      if (problem) return { base, problem: { ...problem, path: ["$id"] } };
    }
    if (typeof $anchor !== "string") return { base };
    const problem = this.#note(this.#anchors, `${base}#${$anchor}`, { schema, path, base });
    return { base, problem: problem && { ...problem, path: ["$anchor"] } };
  }

  find(
    reference: string,
    base: string,
  ): { readonly target?: Target; readonly problem?: SchemaProblem } {
    const url = URL.parse(reference, base);
    const address = url ? withoutFragment(url) : "";
    const resource = this.#resources.get(address);
    if (!url || !resource) return { problem: outside(address) };
    const fragment = decoded(url.hash.slice(1));
    if (fragment === "") return { target: resource };
    const target = fragment?.startsWith("/")
      ? pointed(resource, fragment)
      : this.#anchors.get(`${address}#${fragment}`);
    return target ? { target } : { problem: this.#nowhere(reference) };
  }

  #note(
    known: Map<string, Target>,
    name: string,
    target: Target,
  ): Omit<SchemaProblem, "path"> | undefined {
    if (known.has(name)) {
      return { reason: "names two schemas", hint: "give each a name of its own" };
    }
    known.set(name, target);
    return undefined;
  }

  #nowhere(reference: string): SchemaProblem {
    const known = ["$defs", "definitions"].flatMap((keyword) => {
      const definitions = this.#root[keyword];
      const names = isJsonObject(definitions) ? Object.keys(definitions) : [];
      return names.map((name) => `#/${keyword}/${name}`);
    });
    const hint = `write ${JSON.stringify(nearest(reference, known) ?? "#/$defs/NAME")}`;
    return { path: ["$ref"], reason: "leads nowhere", hint };
  }
}

function outside(address: string): SchemaProblem {
  const isMeta = /^https?:\/\/json-schema\.org\//.test(address);
  const reason = isMeta ? "leads to a metaschema" : "leads out of this schema";
  const hint = 'copy what it means under "$defs" and write "#/$defs/NAME"';
  return { path: ["$ref"], reason, hint };
}

/** What a JSON pointer leads to. */
function pointed({ schema, path, base }: Target, pointer: string): Target | undefined {
  let at: Json | undefined = schema;
  const steps: (string | number)[] = [];
  for (const written of pointer.slice(1).split("/")) {
    const step = written.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(at) && /^(?:0|[1-9]\d*)$/.test(step)) {
      at = at[Number(step)];
      steps.push(Number(step));
    } else if (isJsonObject(at) && Object.hasOwn(at, step)) {
      at = at[step];
      steps.push(step);
    } else return undefined;
  }
  return at === undefined ? undefined : { schema: at, path: [...path, ...steps], base };
}

function withoutFragment(url: URL): string {
  const copy = new URL(url);
  copy.hash = "";
  return copy.href;
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
