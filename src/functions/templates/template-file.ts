import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { isJsonObject, type Json } from "../../model/json.ts";

/** Changed when a file of the former format would be read wrongly. */
export const TEMPLATES_FORMAT = 2;

/** One template, as it stands in a file. */
export interface ListedTemplate {
  /** How many recorded inputs had it. */
  readonly count: number;
  readonly template: Json;
  /** The first input that had it. */
  readonly example: Json;
}

/** The contents of a `templates.json`. */
export interface TemplateFile {
  readonly templates: typeof TEMPLATES_FORMAT;
  readonly worker: string;
  /** The most frequent first. */
  readonly inputs: readonly ListedTemplate[];
  /** Undefined where the templates of answers say nothing of the next answer. */
  readonly answers: readonly ListedTemplate[] | undefined;
}

/** The text of a `templates.json`: one template a line. */
export function formatTemplates({ worker, inputs, answers }: TemplateFile): string {
  const lists = [["inputs", inputs] as const, ["answers", answers] as const].flatMap(
    ([name, list]) => (list ? [`  ${JSON.stringify(name)}: [\n${lines(list)}\n  ]`] : []),
  );
  const head = [`  "templates": ${TEMPLATES_FORMAT}`, `  "worker": ${JSON.stringify(worker)}`];
  return `{\n${[...head, ...lists].join(",\n")}\n}\n`;
}

function lines(list: readonly ListedTemplate[]): string {
  return list
    .map(({ count, template, example }) => `    ${JSON.stringify({ count, template, example })}`)
    .join(",\n");
}

/**
 * Reads the text of a `templates.json`.
 *
 * @param file the path that errors name
 * @throws LlmDoError `file` where it is not one, is of another format, or a template does not fit its example
 */
export function readTemplates(text: string, file: string): TemplateFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw badTemplates(file, messageOf(cause), cause);
  }
  return templateFile(data, file);
}

/**
 * Reads the parsed contents of a `templates.json`.
 *
 * @throws LlmDoError as {@link readTemplates} does
 */
export function templateFile(data: unknown, file: string): TemplateFile {
  const json = data as Json; // checked from here on
  if (!isJsonObject(json)) throw badTemplates(file, "it is not a list of templates");
  const { templates, worker = "", inputs, answers } = json;
  if (templates !== TEMPLATES_FORMAT) {
    throw badTemplates(
      file,
      `its format is ${JSON.stringify(templates)}, and not ${TEMPLATES_FORMAT}`,
    );
  }
  return {
    templates,
    worker: String(worker),
    inputs: templateList("inputs", inputs, file),
    answers: answers === undefined ? undefined : templateList("answers", answers, file),
  };
}

function templateList(name: string, list: Json | undefined, file: string) {
  if (!Array.isArray(list) || list.length === 0) throw badTemplates(file, `it has no "${name}"`);
  return list.map((each: Json, index): ListedTemplate => {
    const at = `${name}[${index}]`;
    if (!isJsonObject(each)) throw badTemplates(file, `${at} is not an object`);
    const { count, template, example } = each;
    if (template === undefined || example === undefined) {
      throw badTemplates(file, `${at} has no ${template === undefined ? "template" : "example"}`);
    }
    return { count: typeof count === "number" ? count : 1, template, example };
  });
}

/** What is wrong with a list of templates. */
export function badTemplates(file: string, reason: string, cause?: unknown): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "read",
    what: file,
    reason,
    place: { file },
    tries: ["restore it from version control", "or delete it and make it anew with llm-do harden"],
    cause,
  });
}
