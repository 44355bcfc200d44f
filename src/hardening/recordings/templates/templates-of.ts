import { Patterns, templateOfValue } from "../../../functions/templates/template.ts";
import {
  type ListedTemplate,
  TEMPLATES_FORMAT,
  type TemplateFile,
} from "../../../functions/templates/template-file.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import type { Json } from "../../../model/json.ts";
import { mineTexts } from "./mine-texts.ts";

/** What is expected of inputs that have not been seen. */
export interface Unseen {
  /** The share of future inputs that will match no template: `seenOnce / n`, Good and Turing's estimate. */
  readonly share: number;
  /** Inputs that would match no template, had they not been among those that were mined. */
  readonly seenOnce: number;
  /** Inputs that were mined. */
  readonly n: number;
}

/** Templates of values that were mined from them. */
interface MinedTemplates {
  /** The template of a value as one line of JSON, or undefined for a value that has none. */
  templateOf(value: Json): string | undefined;
  /** The most frequent first. */
  readonly list: readonly ListedTemplate[];
  readonly unseen: Unseen;
}

/**
 * Mines the templates of values. The same values have the same templates, in whatever order and however
 * often they come.
 *
 * @example
 * const mined = templatesOf([{ input: "3 Aug 2026" }, { input: "14 Sep 2026" }]);
 * mined.list[0].template; // {"input":"{~9|99} {~Aa} 2026"}
 */
export function templatesOf(values: Iterable<Json>): MinedTemplates {
  const distinct = new Map<string, Json>();
  for (const value of values) {
    const key = canonicalJson(value);
    if (!distinct.has(key)) distinct.set(key, value);
  }
  return minedFrom([...distinct.values()]);
}

/** Mines values that may repeat: how often each comes says whether all that come have been seen. */
function minedFrom(values: readonly Json[]): MinedTemplates {
  const textsAt = new Map<string, string[]>();
  const collect = (text: string, place: string) => {
    const texts = textsAt.get(place);
    if (texts) texts.push(text);
    else textsAt.set(place, [text]);
    return "";
  };
  for (const value of values) templateOfValue(value, collect);
  const patterns = new Patterns();
  const aloneAt = new Map<string, ReadonlySet<string>>();
  for (const [place, texts] of textsAt) {
    const mined = mineTexts(texts);
    for (const pattern of mined.patterns) patterns.at(place).add(pattern);
    aloneAt.set(place, mined.alone);
  }
  const hasAlone = (value: Json) => {
    let found = false;
    templateOfValue(value, (text, place) => {
      found ||= aloneAt.get(place)?.has(text) === true;
      return "";
    });
    return found;
  };
  return minedTemplates(values, patterns, hasAlone);
}

function minedTemplates(
  values: readonly Json[],
  { templateOf }: Patterns,
  hasAlone: (value: Json) => boolean,
): MinedTemplates {
  const groups = new Map<string, { count: number; key: string; example: Json }>();
  let alone = 0;
  for (const example of values) {
    const key = canonicalJson(example);
    const template = templateOf(example);
    if (template === undefined) throw new TypeError(`${key} was mined and has no template`);
    if (hasAlone(example)) alone++;
    const group = groups.get(template);
    if (!group) groups.set(template, { count: 1, key, example });
    else {
      group.count++;
      // Whichever came first, the same one is shown.
      if (key < group.key) Object.assign(group, { key, example });
    }
  }
  for (const { count, example } of groups.values()) {
    if (count === 1 && !hasAlone(example)) alone++;
  }
  const n = values.length;
  return {
    templateOf,
    list: listedGroups(groups),
    unseen: { share: n === 0 ? 1 : alone / n, seenOnce: alone, n },
  };
}

function listedGroups(
  groups: ReadonlyMap<string, { readonly count: number; readonly example: Json }>,
): readonly ListedTemplate[] {
  return [...groups]
    .sort(([left, one], [right, other]) => other.count - one.count || (left < right ? -1 : 1))
    .map(([template, { count, example }]) => ({ count, template: JSON.parse(template), example }));
}

/** Answers of more templates than this have no template to speak of. */
const MOST_ANSWER_TEMPLATES = 20;
/** Where more than this share of answers were new, so will right ones be in future. */
const MOST_UNSEEN_ANSWERS = 0.05;

/** The templates of what a prompt was given and answered, as they stand in `templates.json`. */
export function minedFile(
  worker: string,
  examples: readonly { readonly input: Json; readonly outputs: readonly Json[] }[],
): TemplateFile {
  const inputs = templatesOf(examples.map(({ input }) => input));
  const answers = minedFrom(examples.flatMap(({ outputs }) => outputs));
  const saysSomething =
    answers.list.length <= MOST_ANSWER_TEMPLATES && answers.unseen.share <= MOST_UNSEEN_ANSWERS;
  return {
    templates: TEMPLATES_FORMAT,
    worker,
    inputs: inputs.list,
    answers: saysSomething ? answers.list : undefined,
  };
}
