import { seededRandom } from "./seeded-random.ts";

type Random = () => number;

const hex = (random: Random, length: number) =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
const uuid = (random: Random) => [8, 4, 4, 4, 12].map((length) => hex(random, length)).join("-");
const upTo = (random: Random, most: number) => Math.floor(random() * most) + 1;
const padded = (value: number, length = 2) => String(value).padStart(length, "0");
const oneOf = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item; // there is one

const WORDS = (
  "blue red small large warm wool linen shirt shoes jacket lamp table chair garden kitchen summer winter " +
  "running leather cotton silver travel bag coat scarf hat glass wooden steel folding camping light dark"
).split(" ");
const USERS = ["root", "admin", "alice", "bob", "deploy", "git", "postgres", "www-data"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const address = (random: Random) => Array.from({ length: 4 }, () => upTo(random, 254)).join(".");
const clock = (random: Random) =>
  [upTo(random, 23), upTo(random, 59), upTo(random, 59)].map((part) => padded(part)).join(":");
const slug = (random: Random) =>
  Array.from({ length: upTo(random, 3) + 1 }, () => oneOf(random, WORDS)).join("-");
const month = (random: Random) => oneOf(random, MONTHS);

/** Paths of a shop and of its API, with what a query may hold. */
const URLS: readonly ((random: Random) => string)[] = [
  (r) => `https://shop.example.com/products/${slug(r)}-${upTo(r, 90_000)}`,
  (r) =>
    `https://shop.example.com/products/${slug(r)}-${upTo(r, 90_000)}?colour=${oneOf(r, WORDS)}`,
  (r) => `https://shop.example.com/c/${oneOf(r, WORDS)}/${oneOf(r, WORDS)}?page=${upTo(r, 40)}`,
  (r) =>
    `https://shop.example.com/c/${oneOf(r, WORDS)}?sort=${oneOf(r, ["price", "new"])}&page=${upTo(r, 9)}`,
  (r) =>
    `https://shop.example.com/search?q=${oneOf(r, WORDS)}+${oneOf(r, WORDS)}&page=${upTo(r, 9)}`,
  (r) => `https://shop.example.com/search?q=${oneOf(r, WORDS)}`,
  (r) =>
    `https://shop.example.com/cart?utm_source=${oneOf(r, ["mail", "ads"])}&utm_id=${hex(r, 8)}`,
  (r) => `https://api.example.com/v1/orders/${uuid(r)}`,
  (r) => `https://api.example.com/v1/orders/${uuid(r)}/items/${upTo(r, 20)}`,
  (r) => `https://api.example.com/v1/users/${upTo(r, 99_999)}/orders?limit=${upTo(r, 100)}`,
  (r) => `https://api.example.com/v2/${oneOf(r, ["users", "stores", "carts"])}/${upTo(r, 99_999)}`,
  (r) =>
    `https://cdn.example.com/img/${hex(r, 2)}/${hex(r, 32)}.${oneOf(r, ["jpg", "png", "webp"])}`,
];

const LOG_LINES: readonly ((random: Random) => string)[] = [
  (r) =>
    `${address(r)} - - [${padded(upTo(r, 28))}/${month(r)}/2026:${clock(r)} +0000] "${oneOf(r, ["GET", "POST", "HEAD"])} /${oneOf(r, WORDS)}/${upTo(r, 9999)} HTTP/1.1" ${oneOf(r, [200, 301, 404, 500])} ${upTo(r, 90_000)} "-" "curl/8.${upTo(r, 9)}.0"`,
  (r) =>
    `${month(r)} ${upTo(r, 28)} ${clock(r)} web${upTo(r, 4)} sshd[${upTo(r, 30_000)}]: Failed password for ${oneOf(r, USERS)} from ${address(r)} port ${upTo(r, 60_000)} ssh2`,
  (r) =>
    `${month(r)} ${upTo(r, 28)} ${clock(r)} web${upTo(r, 4)} sshd[${upTo(r, 30_000)}]: Accepted publickey for ${oneOf(r, USERS)} from ${address(r)} port ${upTo(r, 60_000)} ssh2`,
  (r) =>
    `${month(r)} ${upTo(r, 28)} ${clock(r)} db1 CRON[${upTo(r, 30_000)}]: (${oneOf(r, USERS)}) CMD (/usr/bin/${oneOf(r, ["backup", "vacuum"])} --fast)`,
  (r) =>
    `2026-${padded(upTo(r, 12))}-${padded(upTo(r, 28))}T${clock(r)}.${padded(upTo(r, 999), 3)}Z INFO [worker-${upTo(r, 8)}] request ${uuid(r)} took ${upTo(r, 4000)} ms`,
  (r) =>
    `2026-${padded(upTo(r, 12))}-${padded(upTo(r, 28))}T${clock(r)}.${padded(upTo(r, 999), 3)}Z ERROR [worker-${upTo(r, 8)}] user "${oneOf(r, USERS)}" could not open "/data/${oneOf(r, WORDS)}/${hex(r, 8)}.bin": ${oneOf(r, ["EACCES", "ENOENT"])}`,
  (r) =>
    `level=${oneOf(r, ["info", "warn"])} ts=${upTo(r, 9e9)} msg="cache ${oneOf(r, ["hit", "miss"])}" key=${oneOf(r, WORDS)}:${upTo(r, 999)} took=${upTo(r, 900)}us`,
  (r) => `{"level":"${oneOf(r, ["info", "warn"])}","id":"${uuid(r)}","ms":${upTo(r, 900)}}`,
];

const money = (random: Random) => `${upTo(random, 2000)}.${padded(upTo(random, 99))}`;
const INVOICE_LINES: readonly ((random: Random) => string)[] = [
  (r) =>
    `${upTo(r, 20)} x ${oneOf(r, WORDS)} ${oneOf(r, WORDS)} @ EUR ${money(r)} = EUR ${money(r)}`,
  (r) => `${oneOf(r, WORDS)} ${oneOf(r, WORDS)}, ${upTo(r, 20)} pcs, $${money(r)}`,
  (r) =>
    `Pos. ${upTo(r, 12)}: ${oneOf(r, WORDS)} (Art. ${upTo(r, 90_000)}) ${money(r)} EUR incl. 19% VAT`,
  (r) => `Total: ${money(r)} ${oneOf(r, ["EUR", "USD", "GBP"])}`,
  (r) =>
    `INV-2026-${padded(upTo(r, 9999), 4)}; due 2026-${padded(upTo(r, 12))}-${padded(upTo(r, 28))}; ${money(r)}`,
];

const NOUNS =
  "parcel order refund invoice driver neighbour password screen battery delivery manager".split(
    " ",
  );
const VERBS = "arrived broke vanished failed stopped changed improved waited called answered".split(
  " ",
);

function sentence(random: Random): string {
  const clause = () => {
    const adjectives = Array.from({ length: upTo(random, 4) - 1 }, () => oneOf(random, WORDS));
    return [
      "the",
      ...adjectives,
      oneOf(random, NOUNS),
      oneOf(random, VERBS),
      oneOf(random, ["again", "today", "late", "twice", "badly"]),
    ].join(" ");
  };
  const clauses = Array.from({ length: upTo(random, 3) + 1 }, clause);
  const text = clauses.join(oneOf(random, [", and ", "; ", ". ", " because "]));
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${oneOf(random, [".", "!", "?"])}`;
}

function made(count: number, seed: number, makers: readonly ((random: Random) => string)[]) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => oneOf(random, makers)(random));
}

/** Texts of the kinds that people would put code in the place of a prompt for, and of one that they would not. */
export const MADE_UP_TEXTS = {
  urls: (count: number, seed = 1) => made(count, seed, URLS),
  logLines: (count: number, seed = 2) => made(count, seed, LOG_LINES),
  invoiceLines: (count: number, seed = 3) => made(count, seed, INVOICE_LINES),
  prose: (count: number, seed = 4) =>
    made(count, seed, [
      (random) => Array.from({ length: upTo(random, 3) }, () => sentence(random)).join(" "),
    ]),
} as const;
