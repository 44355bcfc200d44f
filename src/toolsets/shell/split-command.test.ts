import { execFileSync, type StdioOptions, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { splitCommand } from "./split-command.ts";

describe("words are those of sh", () => {
  test.each<[string, readonly string[]]>([
    ["ls", ["ls"]],
    [" \t git  log\t-3 ", ["git", "log", "-3"]],
    ["echo 'a  b' \"c  d\"", ["echo", "a  b", "c  d"]],
    ["echo a'b'\"c\"d", ["echo", "abcd"]],
    ["echo '' \"\" ''\"\"", ["echo", "", "", ""]],
    ["echo a\\ b \\' \\\" \\\\", ["echo", "a b", "'", '"', "\\"]],
    ['echo "a\\"b\\\\c\\$d\\`e\\f"', ["echo", 'a"b\\c$d`e\\f']],
    ["echo '\\' '\"'", ["echo", "\\", '"']],
    [
      "echo '| > < ; & ` $(x) \u0024{x} $x * ? [ ~ {a,b} # ('",
      ["echo", "| > < ; & ` $(x) \u0024{x} $x * ? [ ~ {a,b} # ("],
    ],
    ['echo "* ? [a] ~ {a,b} # (x) !"', ["echo", "* ? [a] ~ {a,b} # (x) !"]],
    ["find . -name x -exec echo {} \\;", ["find", ".", "-name", "x", "-exec", "echo", "{}", ";"]],
    ["grep 'a$' b$ \"c$\"", ["grep", "a$", "b$", "c$"]],
    [
      "git show HEAD~1 HEAD^ a@{0} a#b x=1",
      ["git", "show", "HEAD~1", "HEAD^", "a@{0}", "a#b", "x=1"],
    ],
    ["git log @{u}..HEAD", ["git", "log", "@{u}..HEAD"]],
    ["git log @{u}..HEAD@{1}", ["git", "log", "@{u}..HEAD@{1}"]],
    ["git commit -m 'one\n\ntwo'", ["git", "commit", "-m", "one\n\ntwo"]],
    ["echo é 日本 😀 '\u00a0'", ["echo", "é", "日本", "😀", "\u00a0"]],
  ])("%j", (command, words) => {
    expect(splitCommand(command)).toEqual({ kind: "words", words });
  });
});

describe("refused is", () => {
  test.each<[string, string]>([
    ["", "the command is empty"],
    [" \t ", "the command is empty"],
    ["a | b", '"|" is an operator here: pipes need a shell, and none is started'],
    ["a > b", '">" is an operator here: redirections need a shell'],
    ["a 2>&1", '">" is an operator here'],
    ["a < b", '"<" is an operator here'],
    ["a; b", '";" is an operator here: several commands in one need a shell'],
    ["a && b", '"&" is an operator here'],
    ["a `b`", '"`" is an operator here: command substitutions need'],
    ["a (b)", '"(" is an operator here'],
    ['a "|"', '"|" is an operator here'],
    ['a ";"', '";" is an operator here'],
    ['a "`b`"', '"`" is an operator here'],
    ['a "\\|"', '"|" is an operator here'],
    ["a $(b)", '"$(" would be expanded by a shell, and none is started'],
    ["a \u0024{b}", '"${" would be expanded'],
    ['a "$(b)"', '"$(" would be expanded'],
    ['a "\u0024{b}"', '"${" would be expanded'],
    ["a $HOME", '"$H" would be expanded'],
    ['a "$HOME"', '"$H" would be expanded'],
    ["a $'b'", '"$\'" would be expanded'],
    ["a $[1]", '"$[" would be expanded'],
    ["a $1 $$", '"$1" would be expanded'],
    [
      "a *.ts",
      '"*" would be expanded by a shell, and none is started; write out what it stands for, or quote it to pass it as text',
    ],
    ["a b?", '"?" would be expanded'],
    ["a [b]", '"[" would be expanded'],
    ["a ~/b", '"~" would be expanded'],
    ["a b=~/c", '"~" would be expanded'],
    ["a {b,c}", '"{...,...}" would be expanded'],
    ["a {1..3}", '"{...}" would be expanded'],
    ["a @{u}..b','}", '"{...}" would be expanded'],
    ['a @{u}..b@{c}","}', '"{...}" would be expanded'],
    ["a # b", '"#" begins a comment'],
    ["# b", '"#" begins a comment'],
    ["a\nb", "a line break outside single quotes ends a command"],
    ['a "b\nc"', "a line break outside single quotes"],
    ["a \\\nb", "a line break outside single quotes"],
    ["a 'b", "a single quote is not closed"],
    ['a "b', "a double quote is not closed"],
    ['a "b\\"', "a double quote is not closed"],
    ["a \\", "it ends with a backslash"],
    ["a '\0'", "it holds the character U+0000, which cannot be seen"],
    ["a '\r'", "it holds the character U+000D"],
    ["a '\u001b[2K'", "it holds the character U+001B"],
    ["a 'txt.\u202eexe'", "it holds the character U+202E"],
    ["a '\ud800'", "it holds half a character"],
    ["A=1 ls", '"A=1" would set a variable'],
    ["A+='x y' ls", '"A+=x y" would set a variable'],
    ["if a", '"if" is a word of the shell\'s language'],
    ["! a", '"!" is a word of the shell\'s language'],
    ["{ a", '"{" is a word of the shell\'s language'],
    ["cd a", '"cd" is a part of a shell'],
    ["'exec' a", '"exec" is a part of a shell'],
    [". a", '"." is a part of a shell'],
    ["command -p a", '"command" is a part of a shell'],
    ["source a", '"source" is a part of a shell'],
    ["history -c", '"history" is a part of a shell'],
    ["time a", '"time" is a word of the shell\'s language'],
    ["coproc a", '"coproc" is a word of the shell\'s language'],
    ["%1", '"%1" would be a job of a shell'],
    ["ls\u00a0-la", "it holds the character U+00A0, which does not separate words as a space does"],
    ["ls\u3000-la", "it holds the character U+3000"],
    ["l\u200bs", "it holds the character U+200B"],
  ])("%j", (command, reason) => {
    const split = splitCommand(command);
    expect(split.kind).toBe("refused");
    expect(split).toHaveProperty("reason", expect.stringContaining(reason));
  });
});

test("whatever can be passed at all can be passed in single quotes", () => {
  const passable = fc
    .string({ unit: "grapheme" })
    .filter((text) => !/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(text));
  fc.assert(
    fc.property(fc.array(passable, { minLength: 1 }), (words) => {
      const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
      const expected = { kind: "words", words: ["echo", ...words] };
      expect(splitCommand(`echo ${command}`)).toEqual(expected);
    }),
  );
});

test("a long command takes no time worth mentioning", () => {
  for (const piece of ["~", "{", "a~", "'a'", '"\\$"', "\\a", " a", "{,"]) {
    const startMs = performance.now();
    splitCommand(`a ${piece.repeat(200_000)}`);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  }
});

const special = fc.constantFrom(
  ..."'\"\\$`|&;<>()*?[]{}~#!=^%:,./- \t\n@+_0a1",
  "..",
  "\u0024{",
  "$(",
  "\\\n",
  "''",
  '""',
  "$'",
  "\r",
  "\u00a0",
);
const word = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "--",
    "-n",
    "HEAD~1",
    "x=1",
    "{}",
    "a@{0}",
    "@{u}..b",
    "é",
    "日",
    "😀",
    "Á",
  ),
  fc.string({ maxLength: 4 }).map((text) => `'${text.replaceAll("'", "")}'`),
  fc.string({ unit: "binary", maxLength: 3 }).map((text) => `'${text.replaceAll("'", "")}'`),
  fc.string({ maxLength: 4 }).map((text) => `"${text.replace(/[$`"\\]/g, "\\$&")}"`),
  fc.string({ minLength: 1, maxLength: 2 }).map((text) => `\\${text}`),
);
const command = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: word },
      { weight: 3, arbitrary: fc.constantFrom(" ", "\t") },
      { weight: 3, arbitrary: fc.constantFrom(..."{}~!=^%:,./-@+_#]$a0", "..", "''", '""') },
      { weight: 1, arbitrary: special },
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((pieces) => pieces.join(""));

describe.each(["sh", "bash"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0))(
  "what is accepted is split alike by %s",
  (shell) => {
    const folder = temporaryFolder();
    beforeAll(() => {
      // Globs that are passed on would find these.
      for (const name of ["a", "b", "-n", "x=1"]) writeFileSync(join(folder.path, name), "");
    });
    afterAll(() => folder[Symbol.dispose]());

    test("for generated commands", () => {
      let accepted = 0;
      fc.assert(
        fc.property(
          fc.array(command, { minLength: 1, maxLength: 50, size: "max" }),
          (generated) => {
            const pairs = generated.flatMap((text) => {
              const split = splitCommand(text);
              return split.kind === "words" ? [{ text, words: split.words }] : [];
            });
            accepted += pairs.length;
            const script = pairs.map(({ text }) => `printf '%s\\0' ${text} '${END}'`).join("\n");
            const expected = pairs.flatMap(({ words }) => [...words, END]);
            expect(wordsPrinted(shell, script, folder.path)).toEqual(expected);
          },
        ),
      );
      expect(accepted).toBeGreaterThan(300);
    });
  },
);

/** No word of a command can hold this character. */
const END = "\u0001";

function wordsPrinted(shell: string, script: string, cwd: string): readonly string[] {
  // Where BASH_ENV is set or the input is a socket, bash would first read a file of the person's.
  const env = { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" };
  const stdio: StdioOptions = ["ignore", "pipe", "inherit"];
  const options = { cwd, env, stdio, encoding: "utf8" } as const;
  return execFileSync(shell, ["-c", script], options).split("\0").slice(0, -1);
}
