/** A pattern for one name. */
export interface NamePattern {
  matches(name: string): boolean;
}

type Token =
  | { readonly kind: "star" }
  | { readonly kind: "one"; readonly takes: (char: string) => boolean };

/** Reads `*`, `?`, `[a-z]` and `[!a-z]`; everything else stands for itself. */
export function parseName(pattern: string): NamePattern {
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
