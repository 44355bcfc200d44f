import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { decodeAnswer, decodeMessages, type ReadBlob } from "../../cassette/file/decode-entry.ts";
import type { EntrySlice } from "../../cassette/file/scan.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { answerSource } from "../../model/event.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { costUsd } from "../../model/prices.ts";
import { type RecordedEntry, type RecordedExchange, saidIn, saidPart } from "./recorded-entry.ts";

/** What a cassette holds, for people to read; nothing where it cannot be read, which the run says. */
export function readEntries(path: string, files: FileSystem): readonly RecordedEntry[] {
  if (files.stat(path)?.kind !== "file") return [];
  try {
    const file = CassetteFile.read(path, files);
    const heads = new Map<string, Head>();
    return file.slices.map((slice) =>
      file.decode(slice, (read) => entryOf(slice, file.fields(slice), { read, heads })),
    );
  } catch (error) {
    if (isLlmDoError(error)) return [];
    throw error;
  }
}

/** What an exchange that goes on from another one leaves out. */
type Head = Pick<RecordedExchange, "model" | "source" | "call">;

interface Reading {
  readonly read: ReadBlob;
  readonly heads: Map<string, Head>;
}

function entryOf(slice: EntrySlice, fields: JsonObject, reading: Reading): RecordedEntry {
  const { kind, key } = slice;
  const sample = typeof fields["sample"] === "number" ? fields["sample"] : 1;
  const base = { key, call: textOrNone(fields["call"]), sample, totalMs: totalMsOf(fields) };
  switch (kind) {
    case "exchange":
      return exchangeOf(base, fields, reading);
    case "effect": {
      const { input, output, error } = fields;
      const name = textOrNone(fields["tool"] ?? fields["sampled"]);
      return { kind, ...base, name, input, output, error: optionalText(error) };
    }
    case "decision": {
      const { input, allowed, reason } = fields;
      const tool = textOrNone(fields["tool"]);
      const by = textOrNone(fields["by"]);
      return {
        kind,
        ...base,
        tool,
        input,
        allowed: allowed === true,
        by,
        reason: optionalText(reason),
      };
    }
  }
}

type Base = Pick<RecordedExchange, "key" | "call" | "sample" | "totalMs">;

function exchangeOf(base: Base, fields: JsonObject, { read, heads }: Reading): RecordedExchange {
  const before = heads.get(textOrNone(fields["after"]));
  const head: Head = {
    model: textOrNone(fields["model"] ?? before?.model),
    source: textOrNone(fields["source"] ?? before?.source ?? "live"),
    call: textOrNone(fields["call"] ?? before?.call),
  };
  heads.set(base.key, head);
  const source = answerSource(head.source);
  const { parts, stop, usage, timing } = decodeAnswer(fields, source, read);
  return {
    kind: "exchange",
    ...base,
    ...head,
    system: optionalText(fields["system"]),
    tools: toolNames(fields["tools"]),
    asked: decodeMessages(fields["messages"], read).flatMap(saidIn),
    answered: parts.map(saidPart),
    stop,
    usage,
    usd: source === "script" ? undefined : costUsd(head.model, usage),
    firstMs: timing.firstMs,
  };
}

function totalMsOf({ timing }: JsonObject): number {
  const total = isJsonObject(timing) ? timing["totalMs"] : undefined;
  return typeof total === "number" ? total : 0;
}

function toolNames(tools: Json | undefined): readonly string[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool) => (isJsonObject(tool) ? textOrNone(tool["name"]) : ""));
}

function textOrNone(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function optionalText(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
