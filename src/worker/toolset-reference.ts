import type { Place } from "../errors/place.ts";
import { about } from "../format/combine.ts";
import { entriesOf, mapOf } from "../format/map.ts";
import {
  childField,
  type Field,
  type Format,
  fieldError,
  type SharedSchemas,
  wrongValue,
} from "../format/reader.ts";
import { filledText, flag } from "../format/scalars.ts";
import { isJsonObject, type JsonObject, type JsonSchema } from "../model/json.ts";
import { isNothing, lenientTree, type MapEntry, treeToJson } from "../yaml/tree.ts";
import { yamlError } from "../yaml/yaml-source.ts";

/** One entry of `toolsets`: a name that the project links, and how this worker configures it. */
export interface ToolsetReference {
  /** `shell`, `file_tools`, another worker's name, or `my-package#searchTools`. */
  readonly reference: string;
  /** Everything but the approvals, for the toolset to check. */
  readonly config: JsonObject;
  /**
   * The same with its places. `yes`, `no`, `on` and `off` without quotes are booleans in both, as in
   * YAML 1.1, which the Python llm-do reads.
   */
  readonly written: Field;
  readonly approvals: ToolApprovals;
  /** What it hands on to workers that a model makes; only `workers` does. Default: nothing. */
  readonly offers?: readonly ToolsetReference[];
  /** What code put there, which then is what the name means. Default: the project looks for the name. */
  readonly value?: unknown;
  /** Where the reference stands. */
  readonly place: Place;
}

/** By tool name; has no prototype, so that a tool may be called `constructor`. */
export type ToolApprovals = Readonly<Record<string, ToolApproval>>;

/** What a worker says of one tool; `blocked` wins when it says both. */
interface ToolApproval {
  readonly preApproved: boolean;
  readonly blocked: boolean;
}

export const APPROVALS_KEY = "_approval_config";

/** The toolset whose configuration names toolsets, and the key that it does so under. */
const OFFERING = "workers";
const OFFERS_KEY = "toolsets";

/** The keys of a tool in `_approval_config`. */
export const APPROVAL = mapOf(
  {
    pre_approved: about("calls are allowed without asking", flag),
    blocked: about("calls are denied, whatever else is said", flag),
  },
  { expects: "a map with pre_approved or blocked" },
);

const EXPECTS = "a map of toolsets with their configuration";

/** A map from name to configuration, or a list of names that need none. */
export const toolsets: Format<readonly ToolsetReference[]> = toolsetsWith(new Map());

/**
 * The same, whose schema says what some of the toolsets take. It is they who check that.
 *
 * @param configs maps, by the names of the toolsets
 */
export function toolsetsWith(
  configs: ReadonlyMap<string, Format<unknown>>,
): Format<readonly ToolsetReference[]> {
  return {
    expects: EXPECTS,
    read: (field) => (field.tree.kind === "list" ? readNames(field) : readToolsets(field)),
    schema: (shared) => shared.refer("toolsets", () => toolsetsSchema(configs, shared)),
  };
}

function toolsetsSchema(
  configs: ReadonlyMap<string, Format<unknown>>,
  shared: SharedSchemas,
): JsonSchema {
  const config = (name?: string): JsonSchema => {
    const { properties, ...schema } = configs.get(name ?? "")?.schema(shared) ?? {};
    return {
      ...schema,
      type: ["object", "null"], // many need no configuration
      properties: {
        ...(isJsonObject(properties) ? properties : {}),
        [APPROVALS_KEY]: toolApprovals.schema(shared),
        ...(name === OFFERING ? { [OFFERS_KEY]: toolsetsWith(configs).schema(shared) } : {}),
      },
    };
  };
  const known = [...new Set([...configs.keys(), OFFERING])].map((name) => [name, config(name)]);
  return {
    anyOf: [
      { type: "array", items: filledText.schema(shared), uniqueItems: true },
      {
        type: "object",
        propertyNames: filledText.schema(shared),
        properties: Object.fromEntries(known),
        additionalProperties: config(),
      },
    ],
  };
}

function readToolsets(field: Field): readonly ToolsetReference[] {
  const { tree } = field;
  if (tree.kind === "scalar" && typeof tree.value === "string") {
    throw wrongValue(field, EXPECTS, ["write a map: toolsets: { NAME: {} }"]);
  }
  return [...entriesOf(field, EXPECTS)].map(([reference, entry]) => {
    return readToolset(childField(field, reference, entry.value), reference, entry);
  });
}

function readToolset(field: Field, reference: string, entry: MapEntry): ToolsetReference {
  const place = entry.keyPlace;
  if (reference.trim() === "") {
    throw yamlError(field.source, { reason: "a toolset has an empty name", place });
  }
  const entries = entriesOf(field, "a map of configuration");
  const approvals = entries.get(APPROVALS_KEY);
  const offers = reference === OFFERING ? entries.get(OFFERS_KEY) : undefined;
  const others = [...entries].filter(([, value]) => value !== approvals && value !== offers);
  const config = lenientTree({ kind: "map", entries: new Map(others), place });
  return {
    reference,
    config: treeToJson(config) as JsonObject, // a map's JSON is an object
    written: { ...field, tree: config },
    approvals: approvals
      ? toolApprovals.read(childField(field, APPROVALS_KEY, approvals.value))
      : Object.create(null),
    ...(offers ? { offers: readOffers(field, offers) } : {}),
    place,
  };
}

function readOffers(toolset: Field, { value }: MapEntry): readonly ToolsetReference[] {
  return isNothing(value) ? [] : toolsets.read(childField(toolset, OFFERS_KEY, value));
}

/** The references with all that they offer, in file order. */
export function withOffers(references: readonly ToolsetReference[]): readonly ToolsetReference[] {
  return references.flatMap((reference) => [reference, ...withOffers(reference.offers ?? [])]);
}

/** What `_approval_config` says of tools by their names. */
export const toolApprovals: Format<ToolApprovals> = {
  expects: "a map of tools",
  read: (field) => {
    const approvals: Record<string, ToolApproval> = Object.create(null);
    for (const [tool, { value }] of entriesOf(field, toolApprovals.expects)) {
      const said = APPROVAL.read(childField(field, tool, value));
      approvals[tool] = { preApproved: said.pre_approved ?? false, blocked: said.blocked ?? false };
    }
    return approvals;
  },
  schema: (shared) => ({ type: "object", additionalProperties: APPROVAL.schema(shared) }),
};

function readNames(field: Field): readonly ToolsetReference[] {
  const items = field.tree.kind === "list" ? field.tree.items : [];
  const seen = new Set<string>();
  return items.map((tree, index) => {
    const item = childField(field, index, tree);
    if (tree.kind === "map") {
      const tries = ["write toolsets as a map: toolsets: { NAME: { KEY: VALUE } }"];
      throw wrongValue(item, "the name of a toolset", tries);
    }
    const reference = filledText.read(item);
    if (seen.has(reference)) throw fieldError(item, `names ${JSON.stringify(reference)} again`);
    seen.add(reference);
    const { place } = tree;
    const written = childField(field, reference, { kind: "map", entries: new Map(), place });
    return { reference, config: {}, written, approvals: Object.create(null), place };
  });
}
