import { refusedAsProgram } from "./first-word.ts";
import { lookalikeOf, refusedAnywhere, separatesWords } from "./refused-characters.ts";

export type SplitCommand =
  | { readonly kind: "words"; readonly words: readonly [string, ...string[]] }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Splits a command into words as `sh` does: at blanks, with single and double quotes and
 * backslashes. Whatever a shell would do beyond that is refused, never passed on: to the person who
 * approves a command it would mean something else than to the program.
 */
export function splitCommand(command: string): SplitCommand {
  try {
    const [first, ...rest] = new CommandReader(command).words();
    if (first === undefined) throw new Refusal("the command is empty");
    const refused = refusedAsProgram(first);
    if (refused !== undefined) throw new Refusal(refused);
    return { kind: "words", words: [first, ...rest] };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "refused", reason: error.message };
    throw error;
  }
}

/** Never leaves this file. */
class Refusal extends Error {}

/** What stands for an operator outside single quotes, by what it would do. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["|", "pipes need"],
  [">", "redirections need"],
  ["<", "redirections need"],
  [";", "several commands in one need"],
  ["&", "jobs and several commands in one need"],
  ["`", "command substitutions need"],
]);

/** What stands for an operator only outside quotes of both kinds. */
const PARENTHESES = "()";
const GLOBS = "*?[";

class CommandReader {
  readonly #command: string;
  #position = 0;

  constructor(command: string) {
    const refused = refusedAnywhere(command);
    if (refused !== undefined) throw new Refusal(refused);
    this.#command = command;
  }

  words(): readonly string[] {
    const words: string[] = [];
    for (;;) {
      while (separatesWords(this.#next)) this.#position++;
      if (this.#next === "") return words;
      if (this.#next === "#")
        throw new Refusal('"#" begins a comment; quote it to pass it as text');
      words.push(this.#word());
    }
  }

  /** The character at the position; empty at the end. */
  get #next(): string {
    return this.#command.charAt(this.#position);
  }

  #take(): string {
    return this.#command.charAt(this.#position++);
  }

  #word(): string {
    const braces = new BraceWatch();
    let word = "";
    while (this.#next !== "" && !separatesWords(this.#next)) {
      const char = this.#take();
      if (char === "'") word += this.#singleQuoted();
      else if (char === '"') word += this.#doubleQuoted();
      else if (char === "\\") word += this.#escaped();
      else {
        this.#checkBare(char);
        braces.see(char, this.#next);
        word += char;
      }
    }
    return word;
  }

  #singleQuoted(): string {
    const end = this.#command.indexOf("'", this.#position);
    if (end < 0) throw new Refusal("a single quote is not closed");
    const text = this.#command.slice(this.#position, end);
    this.#position = end + 1;
    return text;
  }

  #doubleQuoted(): string {
    let text = "";
    for (;;) {
      const char = this.#take();
      if (char === "") throw new Refusal("a double quote is not closed");
      if (char === '"') return text;
      if (char === "\\" && /^[$`"\\]$/.test(this.#next)) text += this.#take();
      else {
        this.#checkOutsideSingleQuotes(char);
        if (char === "$" && this.#next !== '"') this.#checkDollar();
        text += char;
      }
    }
  }

  #escaped(): string {
    if (this.#next === "") throw new Refusal("it ends with a backslash");
    if (this.#next === "\n") throw new Refusal(LINE_BREAK);
    return this.#take();
  }

  #checkBare(char: string): void {
    this.#checkOutsideSingleQuotes(char);
    if (char === "$") this.#checkDollar();
    if (PARENTHESES.includes(char)) throw new Refusal(operator(char, "groups of commands need"));
    if (GLOBS.includes(char)) throw new Refusal(expansion(char));
    if (char === "~" && this.#mayBeHome()) throw new Refusal(expansion(char));
    const lookalike = lookalikeOf(this.#command, this.#position - 1);
    if (lookalike !== undefined) throw new Refusal(lookalike);
  }

  #checkOutsideSingleQuotes(char: string): void {
    if (char === "\n") throw new Refusal(LINE_BREAK);
    const needs = OPERATORS.get(char);
    if (needs !== undefined) throw new Refusal(operator(char, needs));
  }

  /** A tilde that begins a word; bash expands it after "=" and ":" too. */
  #mayBeHome(): boolean {
    const before = this.#command.charAt(this.#position - 2);
    return before === "" || separatesWords(before) || before === "=" || before === ":";
  }

  /** A dollar sign stands for itself only where nothing follows that it could expand. */
  #checkDollar(): void {
    if (this.#next === "" || separatesWords(this.#next)) return;
    throw new Refusal(expansion(`$${this.#next}`, "put it in single quotes"));
  }
}

/**
 * `{a,b}` and `{1..3}`, which bash expands and a plain `sh` does not. After `..` bash takes the next
 * `}` without a `{` of its own for the end, also where the braces before were closed: `@{u}..b','}`.
 */
class BraceWatch {
  #seen = false;
  #depth = 0;
  /** Braces that were opened after `..`; undefined before it. */
  #depthAfterDots: number | undefined;

  see(char: string, next: string): void {
    if (char === "{") {
      this.#seen = true;
      this.#depth++;
      if (this.#depthAfterDots !== undefined) this.#depthAfterDots++;
    } else if (char === "}") {
      if (this.#depthAfterDots === 0) throw new Refusal(expansion("{...}"));
      if (this.#depthAfterDots !== undefined) this.#depthAfterDots--;
      this.#depth = Math.max(0, this.#depth - 1);
    } else if (this.#seen && char === ",") {
      throw new Refusal(expansion("{...,...}"));
    } else if (this.#seen && char === "." && next === ".") {
      if (this.#depth > 0) throw new Refusal(expansion("{...}"));
      this.#depthAfterDots = 0;
    }
  }
}

const LINE_BREAK = "a line break outside single quotes ends a command; run one command at a time";

function operator(char: string, needs: string): string {
  return `${JSON.stringify(char)} is an operator here: ${needs} a shell, and none is started; put it in single quotes to pass it as text, or run one command at a time`;
}

function expansion(text: string, advice = "quote it"): string {
  return `${JSON.stringify(text)} would be expanded by a shell, and none is started; write out what it stands for, or ${advice} to pass it as text`;
}
