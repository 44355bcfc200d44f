/**
 * A pattern on its way down a tree of folders. Written here because the time that `matchesGlob` of
 * Node takes grows without bound: nine stars against forty letters took 7.5 s on Node 24.
 */
export interface Glob {
  /** Whether the way so far is matched. */
  readonly matches: boolean;
  /** Whether anything further down may be matched. */
  readonly isOpen: boolean;
  /** The pattern one step further down. */
  step(name: string): Glob;
}

type Step = "**" | NamePattern;

type ParsedGlob =
  | { readonly kind: "glob"; readonly glob: Glob }
  | { readonly kind: "invalid"; readonly reason: string };

/** Long enough for what people write, short enough to bound the work of matching. */
const MAX_PATTERN_CHARS = 300;

/**
 * Reads a pattern of `*`, `?`, `[a-z]`, `[!a-z]`, `{one,other}` and, as a step of its own, `**` for
 * any number of folders. A name that begins with a dot is matched by a step that does, too.
 */
export function parseGlob(pattern: string): ParsedGlob {
  if (pattern === "") return { kind: "invalid", reason: "the pattern is empty" };
  if (pattern.length > MAX_PATTERN_CHARS) {
    const reason = `the pattern is longer than ${MAX_PATTERN_CHARS} characters`;
    return { kind: "invalid", reason };
  }
  if (pattern.startsWith("/") || /(^|[/{,])\.\.([/},]|$)/.test(pattern)) {
    const reason = 'the pattern is looked for below "path"; it cannot begin with / or contain ..';
    return { kind: "invalid", reason };
  }
  const alternatives = expandBraces(pattern);
  if (!alternatives) {
    return { kind: "invalid", reason: "the pattern has too many alternatives in braces" };
  }
  return { kind: "glob", glob: joined(alternatives.map((one) => globOf(stepsOf(one), [0]))) };
}

function stepsOf(pattern: string): readonly Step[] {
  return pattern
    .split("/")
    .filter((step) => step !== "" && step !== ".")
    .map((step) => (step === "**" ? step : parseName(step)));
}

/** The pattern with everything before each of `positions` matched, in one way or another. */
function globOf(steps: readonly Step[], positions: readonly number[]): Glob {
  const reached = withSkips(steps, positions);
  return {
    matches: reached.has(steps.length),
    isOpen: [...reached].some((position) => position < steps.length),
    step: (name) => {
      const next = [...reached].flatMap((position) => {
        const step = steps[position];
        if (step === "**") return name.startsWith(".") ? [] : [position];
        return step?.matches(name) ? [position + 1] : [];
      });
      return globOf(steps, next);
    },
  };
}

/** A `**` also stands for no folder at all. */
function withSkips(steps: readonly Step[], positions: readonly number[]): ReadonlySet<number> {
  const reached = new Set(positions);
  // A set hands out what is added while it is being gone through.
  for (const position of reached) {
    if (steps[position] === "**") reached.add(position + 1);
  }
  return reached;
}

function joined(globs: readonly Glob[]): Glob {
  return {
    matches: globs.some(({ matches }) => matches),
    isOpen: globs.some(({ isOpen }) => isOpen),
    step: (name) => joined(globs.filter(({ isOpen }) => isOpen).map((glob) => glob.step(name))),
  };
}

/** Bounds what nested and repeated braces multiply to. */
const MAX_ALTERNATIVES = 64;

/** `a.{ts,js}` as `a.ts` and `a.js`; undefined when there would be too many. Braces nest. */
function expandBraces(pattern: string): readonly string[] | undefined {
  let pending = [pattern];
  const done: string[] = [];
  while (pending.length > 0) {
    if (pending.length + done.length > MAX_ALTERNATIVES) return undefined;
    pending = pending.flatMap((one) => {
      const alternatives = expandFirst(one);
      if (!alternatives) done.push(one);
      return alternatives ?? [];
    });
  }
  return done;
}

/** Replaces the first innermost group that has a comma; undefined when there is none. */
function expandFirst(pattern: string): readonly string[] | undefined {
  const group = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(pattern);
  if (!group) return undefined;
  const before = pattern.slice(0, group.index);
  const after = pattern.slice(group.index + group[0].length);
  return (group[1] ?? "").split(",").map((middle) => before + middle + after);
}

/** A pattern for one name. */
interface NamePattern {
  matches(name: string): boolean;
}

type Token =
  | { readonly kind: "star" }
  | { readonly kind: "one"; readonly takes: (char: string) => boolean };

/** Reads `*`, `?`, `[a-z]` and `[!a-z]`; everything else stands for itself. */
function parseName(pattern: string): NamePattern {
  const tokens: Token[] = [];
  let rest = pattern;
  while (rest !== "") {
    const { token, length } = firstToken(rest);
    tokens.push(token);
    rest = rest.slice(length);
  }
  const takesHidden = pattern.startsWith(".");
  return {
    matches: (name) => (takesHidden || !name.startsWith(".")) && matchesAll(tokens, [...name]),
  };
}

function firstToken(pattern: string): { token: Token; length: number } {
  const set = /^\[([!^]?)(\]?[^\]]*)\]/u.exec(pattern);
  if (set?.[2]) {
    const [whole, negation, members] = set;
    const isMember = membership(members);
    const takes = negation === "" ? isMember : (char: string) => !isMember(char);
    return { token: { kind: "one", takes }, length: whole.length };
  }
  const [first = ""] = pattern;
  if (first === "*") return { token: { kind: "star" }, length: 1 };
  const takes = first === "?" ? () => true : (char: string) => char === first;
  return { token: { kind: "one", takes }, length: first.length };
}

function membership(members: string): (char: string) => boolean {
  const ranges = [...members.matchAll(/(.)-(.)|(.)/gsu)].map(
    ([, low, high, single = ""]) => [low ?? single, high ?? single] as const,
  );
  return (char) => ranges.some(([low, high]) => isBetween(char, low, high));
}

function isBetween(char: string, low: string, high: string): boolean {
  const [code = 0, from = 0, to = 0] = [char, low, high].map((one) => one.codePointAt(0));
  return from <= code && code <= to;
}

/** Only the latest star is ever taken back, which is enough and bounds the work to a product. */
function matchesAll(tokens: readonly Token[], chars: readonly string[]): boolean {
  let position = 0;
  let index = 0;
  let latest: { readonly after: number; takenTo: number } | undefined;
  while (index < chars.length) {
    const token = tokens[position];
    if (token?.kind === "star") {
      position++;
      latest = { after: position, takenTo: index };
    } else if (token?.takes(chars[index] ?? "")) {
      position++;
      index++;
    } else if (latest) {
      position = latest.after;
      index = ++latest.takenTo;
    } else {
      return false;
    }
  }
  return tokens.slice(position).every(({ kind }) => kind === "star");
}
