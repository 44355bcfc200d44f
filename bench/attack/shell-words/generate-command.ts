/** Draws command lines: each from a seed, so that a line can be made again. */
export interface CommandSource {
  next(): string;
}

/** Ordinary commands, to be changed in a few places. */
const ORDINARY = [
  "git log --oneline -3",
  "git commit -m 'one  two' --author=\"A <a@example.com>\"",
  "find . -name '*.ts' -exec grep -l x {} \\;",
  'grep -rn "a b" src --include=*.ts',
  "ls -la 'a b' c",
  "rm -r build",
  "sed -n '1,3p' a",
  "curl -s https://example.com/a?b=c#d",
  "tar tf a.tgz ./x",
  "awk '{ print $1 }' a",
  "make -j2 CC=cc X=~/x",
  "git show HEAD~1:./a @{u}..HEAD a@{0}",
  "echo a b\\ c \"d'e\" 'f\"g'",
  "cp a{,.bak}",
  "jq '.a[0] | .b' x.json",
];

/** Programs by names that are plain, and that a shell may take for itself. */
const PROGRAMS = ["git", "ls", "find", "grep", "rm", "cat", "a", "x9", "_p"];

/** What a shell acts on, alone and together. */
const SIGNS = [
  ..."'\"\\$`|&;<>()*?[]{}~#!=^%:,./- \t\n@+_",
  ...["''", '""', "\\\n", "$(", "${", "$'", '$"', "$((", "<(", ">&", "&&", "||", ";;", "<<", "<<<"],
  ...["..", "{1..3}", "{a,b}", "~/", "=~", ":~", "a=", "a+=", "[a-z]", "@(a)", "!(a)", "#a", "\\;"],
  ...[
    "\r",
    "\u00a0",
    "\u2028",
    "\u200b",
    "\u3000",
    "\u0085",
    "\u001b",
    "\u0000",
    "é",
    "日",
    "😀",
    "Á",
  ],
];

const PLAIN = [..."ab01-_./=:,%+@^{}]!~ #$ \t"];

const WORDS = [
  "a",
  "b",
  "--",
  "-n",
  "HEAD~1",
  "x=1",
  "{}",
  "a@{0}",
  "@{u}..b",
  "'a b'",
  '"a b"',
  "''",
];

/**
 * @param random from 0 up to 1
 * @param ownWords what the shells take for themselves, to be tried as programs
 */
export function commandSource(random: () => number, ownWords: readonly string[]): CommandSource {
  const upTo = (count: number) => Math.floor(random() * count);
  const one = (list: readonly string[]) => list[upTo(list.length)] ?? "";
  const many = (most: number, make: () => string) =>
    Array.from({ length: 1 + upTo(most) }, make).join("");
  const text = () => many(4, () => (random() < 0.7 ? one(PLAIN) : one(SIGNS)));

  function quoted(inside: string): string {
    switch (upTo(4)) {
      case 0:
        return `'${inside.replaceAll("'", "")}'`;
      case 1:
        return `"${inside.replace(/["\\$`]/g, "\\$&")}"`;
      case 2:
        return `"${inside}"`;
      default:
        return [...inside].map((character) => `\\${character}`).join("");
    }
  }

  function piece(): string {
    const drawn = random();
    if (drawn < 0.25) return one(WORDS);
    if (drawn < 0.45) return quoted(text());
    if (drawn < 0.65) return one(PLAIN);
    if (drawn < 0.9) return one([" ", "  ", "\t"]);
    return one(SIGNS);
  }

  function program(): string {
    const name = random() < 0.02 ? one(ownWords) : random() < 0.98 ? one(PROGRAMS) : text();
    const at = upTo(name.length + 1);
    const spelled = [name, name, name, quoted(name), name.slice(0, at) + quoted(name.slice(at))];
    return one(spelled);
  }

  function changed(command: string): string {
    let text = command;
    for (let changes = 1 + upTo(3); changes > 0; changes--) {
      const at = upTo(text.length + 1);
      text = text.slice(0, at) + (random() < 0.8 ? piece() : "") + text.slice(at + upTo(2));
    }
    return text;
  }

  return {
    next: () =>
      random() < 0.4
        ? changed(one(ORDINARY))
        : `${one(["", "", " "])}${program()}${many(9, () => (random() < 0.4 ? ` ${piece()}` : piece()))}`,
  };
}
