import { dirname, join, relative, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { readHardenedAnswer } from "../../functions/domain.ts";
import type { Host } from "../../host/host.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { type Json, tryParseJson } from "../../model/json.ts";
import { loadCodeFile } from "../../project/load/load-code-file.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import { printable, printableLines } from "../../words/printable.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { hardeningPaths } from "./hardening-paths.ts";
import type { Prepared } from "./prepare.ts";
import { type Outcome, runSandboxed } from "./sandbox/sandbox.ts";
import type { WrittenBody } from "./scaffold/write-scaffold.ts";
import { scoreOf } from "./synth/synthesize.ts";
import { type Chosen, readChosen } from "./synth/write-candidates.ts";

/** A candidate that a person accepts. */
type Accepted = ReturnType<typeof readChosen>;

/**
 * The path of the worker whose candidate is meant, as it would be named on the command line.
 *
 * @param named the worker's file, or its name where `hardening/NAME` is in the current folder
 * @throws LlmDoError `file` where no candidate waits
 */
export function acceptedWorker(named: string, out: string | undefined, host: Host): string {
  if (named.endsWith(WORKER_EXTENSION)) return named;
  const beside = { name: named, file: join(host.cwd, `${named}${WORKER_EXTENSION}`) };
  const { chosen } = hardeningPaths(beside, out, host.cwd);
  const { worker } = readChosen(chosen, host);
  return relative(host.cwd, resolve(dirname(chosen), worker));
}

/** What a person signs, to be shown before anything of it runs. */
export function signedText({ candidate, round, writer, score, code }: Accepted): string {
  return [
    `candidate ${candidate}, round ${round}, written by ${printable(writer)}`,
    `  it ${printable(score)}`,
    "",
    ...printableLines(code)
      .split("\n")
      .map((line) => `  ${line}`.trimEnd()),
    "",
  ].join("\n");
}

/**
 * Runs accepted code in Node on all inputs to learn from, and holds each answer against the sandbox's.
 * Evidence counts for the engine that will run the code.
 *
 * @returns the body of the tool
 * @throws LlmDoError `code` that names the input on which the two engines differ
 */
export async function acceptedBody(
  { scaffold }: Prepared,
  chosen: Accepted,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<WrittenBody> {
  const { train, comparator } = scaffold;
  const { code } = chosen;
  const inputs = train.map(({ input }) => input);
  const sandboxed = await runSandboxed({ code, inputs, host, signal });
  const answers = await answersInNode(code, inputs, { host, what: chosen.file });
  for (const [index, input] of inputs.entries()) {
    const [inSandbox, inNode] = [comparable(sandboxed[index]), comparable(answers[index])];
    if (inSandbox !== inNode) throw differs(input, { chosen, inSandbox, inNode });
  }
  const { declined } = scoreOf(train, answers, comparator);
  return {
    code: `${code}\n\nexport { answer };\n`,
    note: noteOf(chosen),
    declined: declined.length,
  };
}

function noteOf({ candidate, round, writer, score }: Chosen): string {
  return [
    `// The code of answer was written by ${printable(writer)}: candidate ${candidate}, round ${round}.`,
    `// It ${printable(score)}.`,
    "// A person has accepted it. It gave the same answers in Node as in the sandbox.",
  ].join("\n");
}

/** Asks code as the tool would, each input once; what it throws is an outcome like any other. */
async function answersInNode(
  code: string,
  inputs: readonly Json[],
  { host, what }: { readonly host: Host; readonly what: string },
): Promise<readonly Outcome[]> {
  const folder = host.scratch.make();
  try {
    const path = join(folder, "accepted.ts");
    host.files.write(path, `${code}\n\nexport { answer };\n`);
    const { answer } = await loadCodeFile(path, host);
    if (typeof answer !== "function") throw noAnswer(what);
    return inputs.map((input) => answerOf(answer, input));
  } finally {
    host.scratch.remove(folder);
  }
}

// biome-ignore lint/complexity/noBannedTypes: what it takes and gives is what is tried
function answerOf(answer: Function, input: Json): Outcome {
  try {
    const given: unknown = answer(structuredClone(input));
    const said = tryParseJson(JSON.stringify(given) ?? "");
    return said === undefined
      ? { kind: "fault", reason: "it answers nothing" }
      : readHardenedAnswer(said);
  } catch (error) {
    return { kind: "fault", reason: `it threw ${messageOf(error)}` };
  }
}

/** An answer to be compared and shown. Why there is none, each engine says in its own words. */
function comparable(outcome: Outcome | undefined): string {
  if (outcome?.kind === "value") return canonicalJson(outcome.value);
  return outcome?.kind === "declined" ? "declined" : "failed";
}

function differs(
  input: Json,
  { chosen, inSandbox, inNode }: { chosen: Chosen; inSandbox: string; inNode: string },
): LlmDoError {
  return new LlmDoError({
    code: "code",
    verb: "accept",
    what: chosen.file,
    reason: "Node gives another answer than the sandbox, where its evidence is from",
    details: [
      `  input:   ${printable(canonicalJson(input))}`,
      `  sandbox: ${printable(inSandbox)}`,
      `  Node:    ${printable(inNode)}`,
    ],
    tries: [
      "write what depends on the engine in another way: locales, time zones, regular expressions",
      `llm-do harden ${shellQuote(chosen.worker.split("/").at(-1) ?? "")} --synth 3`,
    ],
  });
}

function noAnswer(what: string): LlmDoError {
  const reason = "it declares no function answer";
  return new LlmDoError({ code: "code", verb: "accept", what, reason, tries: [] });
}
