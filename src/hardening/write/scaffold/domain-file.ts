import type { Json } from "../../../model/json.ts";
import { unseenShare } from "../../recordings/good-turing.ts";
import { shapeOf } from "../../recordings/shape.ts";
import { isPlainName, oneOfEach, type Scaffold, type TrainExample } from "./scaffold.ts";
import { valueCode } from "./value-code.ts";

/** Answers of more shapes than this have no shape to speak of. */
const MOST_ANSWER_SHAPES = 20;
/** Where more than this share of answers had a shape of its own, so will right ones in future. */
const MOST_UNSEEN_ANSWERS = 0.05;

/** The name under which a domain is exported. */
export function domainName(name: string): string {
  return isPlainName(name) ? `${name}_domain` : "domain_of_tool";
}

/** The text of `NAME.domain.ts`: the guard, the generator of tests, and what must hold of answers. */
export function domainFile({ worker: { name }, train }: Scaffold): string {
  const examples = oneOfEach(train, ({ shape }) => shape).map(({ input }) => input);
  const answers = answerExamples(train);
  const module = JSON.stringify(`./${name}.ts`);
  return `import { domain, shapedLike } from "llm-do";
import { type Input, inputSchema, type Output } from ${module};

/** One input of each shape that was recorded. The tool may answer for inputs of these shapes only. */
${listed("INPUTS", "Input", examples)}${answers ? `${ANSWERS_COMMENT}${listed("ANSWERS", "Output", answers)}const answers = shapedLike(ANSWERS);\n` : ""}
export const ${domainName(name)} = domain<Input, Output>({
  ...shapedLike(INPUTS, inputSchema),
  ${answers ? "check: (_input, output) => answers.accepts(output)," : "check: () => true,"}
});
`;
}

const ANSWERS_COMMENT = `
/** One answer of each shape that was recorded. One of another shape is not given: the prompt is asked. */
`;

function listed(name: string, type: string, values: readonly Json[]): string {
  const before = `const ${name}: readonly ${type}[] = `;
  return `${before}${valueCode(values, { indent: 0, besides: before.length + 1 })};\n`;
}

/** One answer of each shape; undefined where that says nothing of the next answer. */
function answerExamples(train: readonly TrainExample[]): readonly Json[] | undefined {
  const all = train.flatMap(({ outputs }) => outputs);
  const examples = oneOfEach(all, shapeOf);
  const { share } = unseenShare(all.map(shapeOf));
  const says = examples.length <= MOST_ANSWER_SHAPES && share <= MOST_UNSEEN_ANSWERS;
  return says ? examples : undefined;
}
