import { CassetteFile } from "../../../cassette/file/cassette-file.ts";
import { answeredCall } from "../../../cassette/file/gate-entries.ts";
import { reconstructRequests } from "../../../cassette/read/reconstruct.ts";
import { type CassetteRules, rewritesOf } from "../../../cassette/rules/rules.ts";
import { readHardenedAnswer } from "../../../functions/domain.ts";
import { type Schema, validate } from "../../../functions/schema.ts";
import type { FileSystem } from "../../../host/files/file-system.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import { type Json, jsonOrText, textOrJson } from "../../../model/json.ts";
import type { Message } from "../../../model/message.ts";

/** What a tool was asked once and what it answered. */
export interface ToolExample {
  readonly input: Json;
  readonly output: Json;
}

interface ExampleSource {
  /** Paths of cassettes. */
  readonly cassettes: readonly string[];
  readonly files: FileSystem;
  readonly rules: CassetteRules;
  /** What its answers are; undefined where they are texts. */
  readonly output: Schema | undefined;
  /** At most. */
  readonly count: number;
}

/**
 * What a tool answered in recorded runs, each input once, in recorded order: by its effects, by the
 * conversations that called it, and where it answered in a prompt's place. Failures are left out.
 *
 * @throws LlmDoError `cassette-damaged` for what is no cassette
 */
export async function toolExamples(
  tool: string,
  { cassettes, files, rules, output, count }: ExampleSource,
): Promise<readonly ToolExample[]> {
  const found = new Map<string, ToolExample>();
  for (const path of cassettes) {
    const file = CassetteFile.read(path, files);
    for (const said of [...effectsOf(tool, file), ...toldCalls(tool, file, rules)]) {
      const value = await answerToGive(said.output, output);
      const key = canonicalJson(said.input);
      if (value !== undefined && !found.has(key))
        found.set(key, { input: said.input, output: value });
      if (found.size === count) return [...found.values()];
    }
  }
  return [...found.values()];
}

function effectsOf(tool: string, file: CassetteFile): readonly ToolExample[] {
  return file.slices
    .filter(({ kind }) => kind === "effect")
    .flatMap((slice): readonly ToolExample[] => {
      const fields = file.fields(slice);
      const { tool: name, input, output } = fields;
      if (name === tool && input !== undefined && output !== undefined) return [{ input, output }];
      const call = answeredCall(fields);
      if (call?.function !== tool || call.answered.by !== "code") return [];
      return [{ input: call.input, output: call.answered.output }];
    });
}

/** What models that called the tool were told of it. */
function toldCalls(tool: string, file: CassetteFile, rules: CassetteRules): readonly ToolExample[] {
  return reconstructRequests(file, rewritesOf(rules).request).flatMap((entry) =>
    entry.kind === "whole" ? callsIn(tool, entry.request.messages) : [],
  );
}

function callsIn(tool: string, messages: readonly Message[]): readonly ToolExample[] {
  const asked = new Map<string, Json>();
  const told: ToolExample[] = [];
  for (const message of messages) {
    if (message.kind === "assistant") {
      for (const part of message.parts) {
        if (part.kind === "tool-call" && part.name === tool) asked.set(part.id, part.input);
      }
    } else if (message.kind === "tool" && !message.isError) {
      const input = asked.get(message.id);
      const [content] = message.content;
      if (input !== undefined && content?.kind === "text")
        told.push({ input, output: content.text });
    }
  }
  return told;
}

/** The answer as the worker is to give it; undefined for one that it could not give. */
async function answerToGive(output: Json, schema: Schema | undefined): Promise<Json | undefined> {
  // A model is told values as JSON.
  const said = schema && typeof output === "string" ? jsonOrText(output) : output;
  const answer = readHardenedAnswer(said);
  if (answer.kind === "declined") return undefined;
  const { value } = answer;
  if (!schema) return textOrJson(value);
  // In a prompt's place it gave the value alone, whatever its own schema says.
  for (const given of [said, { ok: true, value }]) {
    if ((await validate(schema, given)).kind === "valid") return value;
  }
  return undefined;
}
