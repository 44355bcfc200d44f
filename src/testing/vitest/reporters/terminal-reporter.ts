import type { Reporter, SerializedError, TestCase, TestModule, Vitest } from "vitest/node";
import { terminalText } from "../../../words/printable.ts";

/** Colours, as the runner itself writes them; the one that conceals a text is not among them. */
const COLOUR = new RegExp(`(${"\u001b"}\\[(?:[0-7]|2[1-9]|[34][0-79]|9[0-7]|10[0-7])?m)`);

/**
 * Makes harmless what other reporters are about to show on a terminal: messages, differences and what
 * tests print hold texts of models, tools and servers. It has to be the first of them.
 */
export class TerminalReporter implements Reporter {
  #isTerminal = false;

  onInit({ logger }: Vitest): void {
    const { outputStream } = logger;
    this.#isTerminal = "isTTY" in outputStream && outputStream.isTTY === true;
  }

  onUserConsoleLog(log: { content: string }): void {
    if (this.#isTerminal) log.content = coloured(log.content);
  }

  onTestModuleCollected({ children }: TestModule): void {
    if (!this.#isTerminal) return;
    for (const one of [...children.allTests(), ...children.allSuites()]) cleanTitle(one);
  }

  onTestCaseResult(test: TestCase): void {
    this.#clean(test.result().errors);
    // Why it was skipped, and what it remarks, stand only in what the runner keeps of it.
    const task: unknown = Reflect.get(test, "task");
    if (isObject(task))
      this.#clean([Reflect.get(task, "result"), Reflect.get(task, "annotations")]);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#clean(module.errors());
    for (const suite of module.children.allSuites()) this.#clean(suite.errors());
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    this.#clean(errors);
  }

  #clean(errors: readonly unknown[] | undefined): void {
    if (this.#isTerminal) for (const error of errors ?? []) cleanFields(error, new Set());
  }
}

/** Cleans the title of a test or a group: it may hold data that the test is about. */
function cleanTitle(one: object): void {
  const task: unknown = Reflect.get(one, "task"); // what other reporters take the title from
  for (const part of [one, task].filter(isObject)) {
    for (const name of ["name", "fullName", "fullTestName"] as const) {
      const text: unknown = Object.hasOwn(part, name) ? Reflect.get(part, name) : undefined;
      if (typeof text === "string") Reflect.set(part, name, coloured(text));
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Cleans the texts of an error where they stand, those of its causes too. */
function cleanFields(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [name, field] of Object.entries(value)) {
    const shown = coloured(name);
    if (shown !== name) Reflect.deleteProperty(value, name);
    if (typeof field === "string") Reflect.set(value, shown, coloured(field));
    else {
      if (shown !== name) Reflect.set(value, shown, field);
      cleanFields(field, seen);
    }
  }
  // These are not listed where the error is a real one.
  for (const name of ["message", "stack"] as const) {
    const text: unknown = Reflect.get(value, name);
    if (typeof text === "string") Reflect.set(value, name, coloured(text));
  }
}

/** A text for a terminal that keeps its colours. */
function coloured(text: string): string {
  return text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : terminalText(part)))
    .join("");
}
