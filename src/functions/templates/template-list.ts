import type { LlmDoError } from "../../errors/llm-do-error.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import { lengthClass, Patterns, placeIn } from "./template.ts";
import { badTemplates, type ListedTemplate } from "./template-file.ts";
import { parsePattern, type TextPattern } from "./text-pattern.ts";

/** Templates of values: which one a value has, if any. */
export interface TemplateList {
  /** How many there are. */
  readonly size: number;
  /** The template of a value as one line of JSON, or undefined for a value that has none of them. */
  templateOf(value: unknown): string | undefined;
}

/** Templates that inputs can be made of. */
interface VariedTemplates extends TemplateList {
  readonly patterns: PatternsOf;
}

/** The pattern that a text at a place of the values matches. */
export type PatternsOf = (place: string, text: string) => TextPattern | undefined;

/**
 * Makes listed templates ready to match.
 *
 * @throws LlmDoError `file` where one does not fit its example
 */
export function templateList(list: readonly ListedTemplate[], file: string): VariedTemplates {
  const patterns = new Patterns();
  for (const { template, example } of list)
    addPatterns(template, example, { patterns, place: "", file });
  const known = new Set<string>();
  for (const { template, example } of list) {
    const found = patterns.templateOf(example);
    if (found === undefined) throw misfit(template, file);
    known.add(found);
  }
  return {
    size: known.size,
    patterns: (place, text) => patterns.at(place).match(text),
    templateOf: (value) => {
      const template = patterns.templateOf(value as Json); // what a worker takes and gives is JSON
      return template !== undefined && known.has(template) ? template : undefined;
    },
  };
}

interface Reading {
  readonly patterns: Patterns;
  readonly place: string;
  readonly file: string;
}

/** Finds the patterns of texts in a template, each with the text of the example that it stands for. */
function addPatterns(template: Json, example: Json, reading: Reading): void {
  const { patterns, place, file } = reading;
  if (typeof template === "string") {
    const pattern = typeof example === "string" ? parsePattern(template, example) : undefined;
    if (!pattern) throw misfit(template, file);
    patterns.at(place).add(pattern);
  } else if (isJsonObject(template)) {
    if (!isJsonObject(example)) throw misfit(template, file);
    for (const [key, field] of Object.entries(template)) {
      addPatterns(field, example[key] ?? null, { ...reading, place: placeIn(place, key) });
    }
  } else if (Array.isArray(template) && template[0] === "list") {
    const isAsLong = Array.isArray(example) && template[1] === lengthClass(example.length);
    if (!isAsLong) throw misfit(template, file);
    const inner = { ...reading, place: placeIn(place, "[]") };
    for (const item of template.slice(2)) addItem(item, example, inner);
  }
}

/** A template of items belongs to one of the items. */
function addItem(template: Json, items: readonly Json[], reading: Reading): void {
  for (const [index, item] of items.entries()) {
    try {
      addPatterns(template, item, reading);
      return;
    } catch (error) {
      if (index === items.length - 1) throw error;
    }
  }
}

function misfit(template: Json, file: string): LlmDoError {
  return badTemplates(file, `the template ${JSON.stringify(template)} does not fit its example`);
}
