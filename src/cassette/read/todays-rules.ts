import { isJsonObject, type Json, type JsonObject, ownField } from "../../model/json.ts";
import { RequestKeyer } from "../../model/key.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import type { EntryKind } from "../file/format.ts";
import { askedDecision, askedEffect, decisionKey, effectKey } from "../file/gate-entries.ts";
import type { EntrySlice } from "../file/scan.ts";
import { RequestRewriter, rewriteJson, rewriteSchema } from "../rules/rewrite-request.ts";
import { type CassetteRules, olderRewrites, type Rewrite, type Rewrites } from "../rules/rules.ts";
import { reconstructRequests } from "./reconstruct.ts";
import { type Tape, type TapeEntry, turnOf } from "./tape.ts";

/** Gives the fields of recorded entries as they would be written by rules that came later. */
export class TodaysEntries {
  readonly #rewrites: Rewrites;

  constructor(rewrites: Rewrites) {
    this.#rewrites = rewrites;
  }

  /**
   * The fields of an entry, rewritten; keys are left as they are.
   *
   * @param fields as they stand in the file; what is malformed in them is left alone
   */
  fields(kind: EntryKind, fields: JsonObject): JsonObject {
    const { request = same, redact = same } = this.#rewrites;
    if (request === same) return fields;
    const made: Record<string, Json> = { ...fields };
    const put = (name: string, change: (value: Json) => Json) => {
      const value = fields[name];
      if (value !== undefined) made[name] = change(value);
    };
    const asked = (value: Json) => rewriteJson(value, request);
    const answered = (value: Json) => rewriteJson(value, redact);
    if (kind === "exchange") {
      put("model", answered); // a date in a model's name is part of the name
      put("system", asked);
      put("tools", (tools) => mapList(tools, (tool) => rewrittenTool(tool, request)));
      put("serverTools", (tools) => mapList(tools, (tool) => mapFields(tool, domains(asked))));
      put("settings", (settings) => mapFields(settings, { stopSequences: asked }));
      put("outputSchema", (schema) => rewriteSchema(schema, request));
      put("messages", (messages) => mapList(messages, (one) => rewrittenMessage(one, request)));
      put("response", (parts) => rewrittenParts(parts, redact));
      put("stopDetail", answered);
      return made;
    }
    for (const name of ["tool", "worker", "answered", "input"]) put(name, asked);
    put("reason", answered);
    // A reading of the clock or of randomness is not rewritten.
    if (kind === "effect" && fields["sampled"] === undefined) {
      for (const name of ["output", "error", "tried"]) put(name, answered);
    }
    return made;
  }
}

const same: Rewrite = (text) => text;

function mapList(value: Json, change: (item: Json) => Json): Json {
  return Array.isArray(value) ? value.map(change) : value;
}

function mapFields(value: Json, changes: Readonly<Record<string, (field: Json) => Json>>): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const change = ownField(changes, name);
      return [name, change ? change(field) : field];
    }),
  );
}

function domains(asked: (value: Json) => Json) {
  return { allowedDomains: asked, blockedDomains: asked };
}

function rewrittenTool(tool: Json, rewrite: Rewrite): Json {
  const text = (value: Json) => rewriteJson(value, rewrite);
  const inputSchema = (schema: Json) => rewriteSchema(schema, rewrite);
  return mapFields(tool, { name: text, description: text, inputSchema });
}

function rewrittenMessage(message: Json, rewrite: Rewrite): Json {
  const content = (value: Json) => rewrittenContent(value, rewrite);
  const text = (value: Json) => rewriteJson(value, rewrite);
  return mapFields(message, {
    user: content,
    assistant: (parts) => rewrittenParts(parts, rewrite),
    tool: (tool) => mapFields(tool, { id: text, output: content, error: content }),
  });
}

function rewrittenContent(content: Json, rewrite: Rewrite): Json {
  const text = (value: Json) => rewriteJson(value, rewrite);
  if (typeof content === "string") return text(content);
  return mapList(content, (part) =>
    mapFields(part, {
      text,
      attachment: (attachment) => mapFields(attachment, { name: text, url: text }),
    }),
  );
}

function rewrittenParts(parts: Json, rewrite: Rewrite): Json {
  const text = (value: Json) => rewriteJson(value, rewrite);
  const extra = (value: Json) => mapFields(value, { data: (data) => rewrittenData(data, rewrite) });
  const call = { id: text, name: text, input: text, invalid_input: text, refusal: text };
  return mapList(parts, (part) =>
    mapFields(part, {
      text,
      thinking: text,
      tool_call: (value) => mapFields(value, call),
      opaque: extra,
      extra,
    }),
  );
}

/** Data of a provider; what stands for binary content in it is the format's own. */
function rewrittenData(data: Json, rewrite: Rewrite): Json {
  if (Array.isArray(data)) return data.map((item: Json) => rewrittenData(item, rewrite));
  if (!isJsonObject(data)) return rewriteJson(data, rewrite);
  if (Object.hasOwn(data, "$blob")) return data;
  const key = rewrite.key ?? rewrite;
  return Object.fromEntries(
    Object.entries(data).map(([name, field]) => [key(name), rewrittenData(field, rewrite)]),
  );
}

/** What an entry would be known by if it were recorded under today's rules. */
interface TodaysKey {
  readonly key: string;
  /** The entry that it goes on from; undefined where it does from none. */
  readonly parent: EntrySlice | undefined;
}

/**
 * The keys that the entries of a cassette would have under today's rules, whatever rules there were
 * when they were recorded. An entry that cannot be read is left out.
 */
export function todaysKeys(
  file: CassetteFile,
  rules: CassetteRules,
  rewrites: Rewrites,
): ReadonlyMap<EntrySlice, TodaysKey> {
  const keys = new Map<EntrySlice, TodaysKey>();
  const rewriter = new RequestRewriter(rewrites);
  const keyer = new RequestKeyer();
  const keyOf = (request: ModelRequest): string | undefined => {
    try {
      return keyer.key(rewriter.request(request));
    } catch (error) {
      // A person wrote a list or a map where the format has none.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  };
  for (const found of reconstructRequests(file, rewrites.request, olderRewrites(rules))) {
    if (found.kind === "damaged") continue;
    const key = keyOf(found.request);
    if (key !== undefined) keys.set(found.slice, { key, parent: found.parent });
  }
  const entries = new TodaysEntries(rewrites);
  for (const slice of file.slices) {
    if (slice.kind === "exchange") continue;
    const fields = entries.fields(slice.kind, file.fields(slice));
    const isEffect = slice.kind === "effect";
    const key = isEffect ? effectKey(askedEffect(fields)) : decisionKey(askedDecision(fields));
    keys.set(slice, { key, parent: undefined });
  }
  return keys;
}

interface Recorded {
  readonly file: CassetteFile | undefined;
  readonly tape: Tape;
  readonly rules: CassetteRules;
  readonly rewrites: Rewrites;
}

/**
 * Finds recordings that were made before today's rules: with these they would have been recorded
 * under the key that is asked for. Costs nothing until something has missed.
 */
export class LaterRules {
  readonly #recorded: Recorded;
  #byKey: ReadonlyMap<string, readonly TapeEntry[]> | undefined;

  constructor(recorded: Recorded) {
    this.#recorded = recorded;
  }

  /** The recording that answers a key, marked as served; undefined when none is left. */
  take(key: string, call: string): TapeEntry | undefined {
    const { rules, tape } = this.#recorded;
    if (rules.redact.length + rules.volatile.length === 0) return undefined;
    this.#byKey ??= this.#index();
    const turn = turnOf(call);
    const unserved = (this.#byKey.get(key) ?? []).filter(
      (entry) => !entry.served && turnOf(entry.call) === turn,
    );
    const entry = unserved.find((candidate) => candidate.call === call) ?? unserved[0];
    if (!entry) return undefined;
    entry.served = true;
    tape.begin(key); // it counts as one of the recordings of this key
    return entry;
  }

  #index(): ReadonlyMap<string, readonly TapeEntry[]> {
    const { file, tape, rules, rewrites } = this.#recorded;
    const byKey = new Map<string, TapeEntry[]>();
    if (!file) return byKey;
    const keys = todaysKeys(file, rules, rewrites);
    for (const entry of tape.entries) {
      const today = keys.get(entry.slice)?.key;
      if (today === undefined || today === entry.slice.key || !tape.answers(entry)) continue;
      const equals = byKey.get(today);
      if (equals) equals.push(entry);
      else byKey.set(today, [entry]);
    }
    return byKey;
  }
}
