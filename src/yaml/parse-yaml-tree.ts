import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { conflictLines } from "./conflict-lines.ts";
import { readPlainMap } from "./plain-map.ts";
import { isTooLarge, MOST_YAML_BYTES } from "./size-bound.ts";
import { describeTree, MAX_DEPTH, type MapEntry, type ScalarTree, type Tree } from "./tree.ts";
import { MAX_VALUES, type YamlSource, yamlError } from "./yaml-source.ts";

/** Tags that say what the core schema knows anyway; every other tag is refused. */
const CORE_TAGS = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

interface Reading {
  readonly source: YamlSource;
  readonly lines: LineCounter;
  /** Finished values by anchor: an alias inside of its own anchor finds nothing. */
  readonly anchors: Map<string, Tree>;
  readonly sizes: WeakMap<Tree, number>;
}

/**
 * Reads YAML 1.2 (core schema, merge keys) into a tree with places.
 *
 * @param yaml text whose lines are numbered as in the file that it came from
 * @throws LlmDoError with the code of the source and the place of what is wrong
 */
export function parseYamlTree(yaml: string, source: YamlSource): Tree {
  return readPlainMap(yaml, source.file) ?? parseYamlText(yaml, source);
}

/** The same by a parser of all YAML. */
export function parseYamlText(yaml: string, source: YamlSource): Tree {
  checkSize(yaml, source);
  const lines = new LineCounter();
  const document = parseDocument(yaml, {
    lineCounter: lines,
    prettyErrors: false, // one line without a picture of the source
    uniqueKeys: false, // checked here, with both places
    schema: "core",
    resolveKnownTags: false,
  });
  const reading: Reading = { source, lines, anchors: new Map(), sizes: new WeakMap() };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw conflictIn(yaml, source) ?? badYaml(reading, problem);
  return readNode(reading, document.contents, 1);
}

/**
 * Values that are always admitted here, by a guess that is too high; the bound of a kind of file is
 * kept when its tree is built.
 */
const LEAST_NODES = 40_000;
const GUESSED_TOO_HIGH = 1.25;

/** @throws LlmDoError for a text that is too large to be parsed, before anything is made of it */
function checkSize(yaml: string, source: YamlSource): void {
  const { noun, file, maxValues = MAX_VALUES } = source;
  const place = { file };
  if (yaml.length > MOST_YAML_BYTES || Buffer.byteLength(yaml) > MOST_YAML_BYTES) {
    const reason = `${noun} is larger than ${MOST_YAML_BYTES / 1024 ** 2} MB`;
    throw yamlError(source, { reason, place });
  }
  if (isTooLarge(yaml, Math.max(LEAST_NODES, maxValues * GUESSED_TOO_HIGH))) {
    throw yamlError(source, { reason: `${noun} has more than ${maxValues} values`, place });
  }
}

/** What a merge left explains whatever else is wrong. */
function conflictIn(yaml: string, source: YamlSource): LlmDoError | undefined {
  const lines = conflictLines(yaml.replaceAll("\r\n", "\n"));
  if (!lines || !/^(?:<{7}|>{7})/m.test(yaml)) return undefined; // others underline titles
  const reason = `a merge left conflict marks in it, from line ${lines.first} to ${lines.last}`;
  const place = { file: source.file, line: lines.first };
  return yamlError(source, {
    reason,
    place,
    tries: ["edit what stands between them, then remove them"],
  });
}

function badYaml(reading: Reading, problem: YAMLError): LlmDoError {
  const place = placeAt(reading, problem.pos[0]);
  if (problem.code === "RESOURCE_EXHAUSTION") return tooDeep(reading, place);
  const several = problem.code === "MULTIPLE_DOCS";
  const why = several ? "it holds more than one document" : oneLine(problem.message);
  const reason = `${reading.source.noun} is not valid YAML: ${why}`;
  return yamlError(reading.source, { reason, place, cause: problem });
}

function readNode(reading: Reading, node: Node | null, depth: number): Tree {
  if (node === null) return emptyAt(placeAt(reading, 0));
  if (isAlias(node)) return resolveAlias(reading, node);
  const place = placeAt(reading, node.range?.[0] ?? 0);
  if (depth > MAX_DEPTH) throw tooDeep(reading, place);
  if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) {
    const reason = `${reading.source.noun} is not valid YAML: the tag ${node.tag} is not supported`;
    throw yamlError(reading.source, { reason, place });
  }
  const tree = readPlainNode(reading, node, { place, depth });
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) reading.anchors.set(anchor, tree);
  countValues(reading, tree);
  return tree;
}

function readPlainNode(
  reading: Reading,
  node: Node,
  at: { readonly place: Place; readonly depth: number },
): Tree {
  const { place, depth } = at;
  if (isMap(node)) return { kind: "map", entries: readEntries(reading, node, depth), place };
  if (isSeq(node)) {
    const items = node.items.map((item) => readNode(reading, item as Node | null, depth + 1));
    return { kind: "list", items, place };
  }
  if (!isScalar(node)) throw new Error("a YAML node that is no alias, map, list or scalar");
  const plain = node.type === "PLAIN" || node.type === undefined;
  const { value } = node;
  const written = node.source ?? String(value);
  if (typeof value === "number" && !Number.isFinite(value)) {
    const reason = `${oneLine(written)} is not a number that JSON can say`;
    throw yamlError(reading.source, { reason, place });
  }
  if (value === null || typeof value === "boolean" || typeof value === "number") {
    return { kind: "scalar", value, plain, written, place };
  }
  return { kind: "scalar", value: String(value), plain, written, place };
}

function readEntries(reading: Reading, node: YAMLMap, depth: number): Map<string, MapEntry> {
  const entries = new Map<string, MapEntry>();
  const merged: Tree[] = [];
  for (const pair of node.items as Pair<Node | null, Node | null>[]) {
    const { name, plain, place } = readKey(reading, pair.key);
    const value = readNode(reading, pair.value, depth + 1);
    if (name === "<<" && plain) {
      merged.push(value);
      continue;
    }
    const first = entries.get(name);
    if (first) {
      const reason = `the key "${oneLine(name)}" is given twice, first on line ${first.keyPlace.line}`;
      throw yamlError(reading.source, { reason, place, tries: ["keep one of the two"] });
    }
    entries.set(name, { keyPlace: place, value });
  }
  for (const value of merged) mergeInto(entries, value, reading.source);
  return entries;
}

function readKey(
  reading: Reading,
  key: Node | null,
): { readonly name: string; readonly plain: boolean; readonly place: Place } {
  const place = placeAt(reading, key?.range?.[0] ?? 0);
  if (!isScalar(key) || key.value === null) {
    const reason = "a key must be text, not a list, a map, an alias or nothing";
    throw yamlError(reading.source, { reason, place });
  }
  if (key.anchor !== undefined) reading.anchors.set(key.anchor, readNode(reading, key, 1));
  const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
  return { name, plain: key.type === "PLAIN", place };
}

/** What the anchor says, placed where the alias stands; the values inside keep their places. */
function resolveAlias(reading: Reading, alias: Alias): Tree {
  const place = placeAt(reading, alias.range?.[0] ?? 0);
  const anchored = reading.anchors.get(alias.source);
  if (!anchored) {
    const name = oneLine(alias.source);
    const reason = `the alias *${name} has no finished anchor &${name} before it`;
    throw yamlError(reading.source, { reason, place });
  }
  const tree: Tree = { ...anchored, place };
  reading.sizes.set(tree, reading.sizes.get(anchored) ?? 1);
  return tree;
}

function countValues(reading: Reading, tree: Tree): void {
  let size = 1;
  const sizeOf = (child: Tree) => reading.sizes.get(child) ?? 1;
  if (tree.kind === "list") for (const item of tree.items) size += sizeOf(item);
  if (tree.kind === "map") for (const { value } of tree.entries.values()) size += sizeOf(value);
  reading.sizes.set(tree, size);
  const { noun, maxValues = MAX_VALUES } = reading.source;
  if (size <= maxValues) return;
  throw yamlError(reading.source, {
    reason: `${noun} has more than ${maxValues} values, those behind aliases counted`,
    place: tree.place,
  });
}

function tooDeep(reading: Reading, place: Place): LlmDoError {
  const reason = `${reading.source.noun} is nested more than ${MAX_DEPTH} levels deep`;
  return yamlError(reading.source, { reason, place });
}

function emptyAt(place: Place): ScalarTree {
  return { kind: "scalar", value: null, plain: true, written: "", place };
}

function placeAt(reading: Reading, offset: number): Place {
  const { line, col } = reading.lines.linePos(offset);
  return { file: reading.source.file, line, column: col };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 200);
}

/**
 * Adds what the YAML merge key `<<` names: the keys of a map, or of each map of a list, that are
 * not there yet. YAML 1.2 dropped it; files written for the Python llm-do may use it.
 */
function mergeInto(entries: Map<string, MapEntry>, merged: Tree, source: YamlSource): void {
  const maps = merged.kind === "list" ? merged.items : [merged];
  for (const map of maps) {
    if (map.kind !== "map") {
      const reason = `"<<" merges a map or a list of maps, not ${describeTree(map)}`;
      throw yamlError(source, { reason, place: map.place });
    }
    for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  }
}
