type SplitCommand =
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

/** Reserved words of POSIX (XCU 2.4), those that it lets shells add, and those of bash. */
const RESERVED = words(`! { } [[ ]] case coproc do done elif else esac fi for function if in select
  then time until while`);

/**
 * What POSIX has shells do themselves, special built-in utilities (XCU 2.15) and 2.9.1.1 (1d), and
 * what dash and bash 5.2 do besides that. A program with such a name can be named by its path.
 */
const BUILT_IN = words(`. : alias bg bind break builtin caller cd chdir command compgen complete
  compopt continue declare dirs disown enable eval exec exit export fc fg getopts hash help history
  jobs let local logout mapfile popd pushd read readarray readonly return set shift shopt source
  suspend times trap type typeset ulimit umask unalias unset wait`);

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*\+?=/;

/** Why a word cannot name the program to start; undefined when it can. */
function refusedAsProgram(word: string): string | undefined {
  const shown = JSON.stringify(word);
  if (ASSIGNMENT.test(word)) {
    return `${shown} would set a variable in a shell, and none is started; begin with the program`;
  }
  if (word.startsWith("%")) {
    return `${shown} would be a job of a shell, and none is started; begin with the program`;
  }
  if (RESERVED.has(word)) return `${shown} is a word of the shell's language, and none is started`;
  if (BUILT_IN.has(word)) {
    return `${shown} is a part of a shell, and none is started; each command starts anew in the project's folder`;
  }
  return undefined;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}

/** Control characters: some cannot be passed, the rest is not seen. */
const CONTROL = /(?![\t\n])\p{Cc}/u;

/**
 * Characters that make the text around them look like another one: controls of the writing
 * direction (Unicode Standard Annex #9, section 2), separators of lines and paragraphs.
 */
const DISGUISE = /[\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

/** Looks like a blank, or like nothing at all, and is part of a word. */
const LOOKALIKE = /^[\p{Zs}\p{Cf}]/u;

/** Why a command cannot be taken whatever its quotes; undefined when it can. */
function refusedAnywhere(command: string): string | undefined {
  const found = CONTROL.exec(command)?.[0] ?? DISGUISE.exec(command)?.[0];
  if (found !== undefined) return `it holds ${characterName(found)}, which cannot be seen`;
  if (!command.isWellFormed()) return "it holds half a character, which cannot be passed";
  return undefined;
}

/** Why the unquoted character at an index cannot be taken; undefined when it can. */
function lookalikeOf(command: string, index: number): string | undefined {
  const char = String.fromCodePoint(command.codePointAt(index) ?? 0);
  if (!LOOKALIKE.test(char)) return undefined;
  return `it holds ${characterName(char)}, which does not separate words as a space does; type a space, or quote it`;
}

/** What separates words; a line break ends a command instead. */
function separatesWords(char: string): boolean {
  return char === " " || char === "\t";
}

function characterName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `the character U+${code}`;
}
