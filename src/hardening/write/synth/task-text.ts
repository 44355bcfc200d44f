import { jsonSchemaOf } from "../../../functions/schema.ts";
import { schemaType } from "../../../model/schema/schema-type.ts";
import type { Outcome } from "../sandbox/sandbox.ts";
import { oneOfEach, type Scaffold, type TrainExample } from "../scaffold/scaffold.ts";
import { type Candidate, type Miss, scoreText } from "./candidate.ts";

/** What a request holds at most: enough to see a rule, little enough to be read. */
const MOST_EXAMPLES = 60;
const MOST_EXAMPLE_CHARS = 20_000;
const MOST_MISSES = 12;

interface TaskPlace {
  /** 1-based. */
  readonly number: number;
  readonly count: number;
}

/** What a writer of code is asked first. Candidates see the examples in different orders. */
export function firstTask(scaffold: Scaffold, { number, count }: TaskPlace): string {
  const { train } = scaffold;
  const examples = shownExamples(train, number);
  return `${promptPart(scaffold)}

# Recorded inputs and answers

${examples.length} of ${train.length}, one JSON object each.${several(train)}

${examples.map(exampleLine).join("\n")}

# Your task

Write candidate ${number} of ${count}.`;
}

/** What it is asked when its code was not good enough. */
export function nextTask(
  scaffold: Scaffold,
  before: Candidate,
  { number, count }: TaskPlace,
): string {
  const { score, code } = before;
  const wrong = score.wrong.slice(0, MOST_MISSES);
  const declined = score.declined.slice(0, MOST_MISSES);
  return `${promptPart(scaffold)}

# Your code so far

\`\`\`ts
${code}
\`\`\`

It ${scoreText(score)}.
${missPart("Wrong", wrong)}${missPart("Declined", declined)}
# Your task

Write candidate ${number} of ${count} anew, so that it is right on these and stays right on the others.
Decline where there is no rule.`;
}

function promptPart({ worker }: Scaffold): string {
  const { name, description, instructions, input, output } = worker;
  const answer = output ? schemaType(jsonSchemaOf(output, "output", name), "") : "string";
  return `# The prompt

${name}: ${description}

${quoted(instructions)}

# The types

\`\`\`ts
type Input = ${schemaType(jsonSchemaOf(input, "output", name), "")};
type Output = ${answer};
type Answer =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly reason: string };
\`\`\``;
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

/** One of each template first, then the rest, each from another place on for another candidate. */
function shownExamples(train: readonly TrainExample[], number: number): readonly TrainExample[] {
  const first = new Set(oneOfEach(train, ({ template }) => template));
  const rest = train.filter((example) => !first.has(example));
  const from = rest.length === 0 ? 0 : ((number - 1) * MOST_EXAMPLES) % rest.length;
  const ordered = [...first, ...rest.slice(from), ...rest.slice(0, from)];
  const shown: TrainExample[] = [];
  let chars = 0;
  for (const example of ordered.slice(0, MOST_EXAMPLES)) {
    chars += exampleLine(example).length;
    if (chars > MOST_EXAMPLE_CHARS && shown.length > 0) break;
    shown.push(example);
  }
  return shown;
}

function exampleLine({ input, outputs: [first, ...others] }: TrainExample): string {
  return JSON.stringify({ input, output: first, ...(others.length > 0 ? { or: others } : {}) });
}

function several(train: readonly TrainExample[]): string {
  const isNoisy = train.some(({ outputs }) => outputs.length > 1);
  return isNoisy ? ' "or" holds other answers that the prompt gave to the same input.' : "";
}

function missPart(title: string, misses: readonly Miss[]): string {
  if (misses.length === 0) return "";
  const lines = misses.map(({ example, outcome }) => {
    const { input, outputs } = example;
    return JSON.stringify({ input, prompt: outputs[0], code: shownOutcome(outcome) });
  });
  return `\n# ${title}\n\n${lines.join("\n")}\n`;
}

function shownOutcome(outcome: Outcome) {
  switch (outcome.kind) {
    case "value":
      return { value: outcome.value };
    case "declined":
      return { declined: outcome.reason };
    case "fault":
      return { fault: outcome.reason };
  }
}
