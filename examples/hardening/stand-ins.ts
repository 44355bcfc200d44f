/**
 * What stands in for the model in the recordings of this example: plain functions, written apart from
 * the tools that they are compared with. Their answers say nothing of what a model would answer.
 */
export const STAND_INS: Readonly<Record<string, (input: string, sample: number) => string>> = {
  date_header: (header) => {
    // The zone is taken off, so that the clock's own day stays.
    const local = header.replace(/\(.*\)/, "").replace(/\s[+-]{1,2}\d{4}\s*$/, "");
    const time = Date.parse(`${local.trim()} UTC`);
    return Number.isNaN(time) ? "unknown" : new Date(time).toISOString().slice(0, 10);
  },
  sender_name: (header) => {
    const comment = /\(([^)]+)\)\s*$/.exec(header)?.[1];
    const before = header.replace(/<[^>]*>\s*$/, "").trim();
    const name = (comment ?? before).replaceAll('"', "").trim();
    if (name === "" || name.includes("@")) return fromAddress(header);
    const [last = "", first] = name.split(/,\s*/);
    return first === undefined ? name : `${first} ${last}`;
  },
  is_spam: (headers) => {
    const [, from = "", subject = ""] = /^From: (.*)\nSubject: (.*)$/s.exec(headers) ?? [];
    // Answers to somebody, and mails of a list.
    if (/^(?:re:|fwd?:|\[)/i.test(subject)) return "ham";
    const signs = [
      /\d{3}/.test(from.replace(/.*</, "")),
      /@(?:hotmail|yahoo|msn|aol|excite)\./.test(from),
      /[A-Z]{4}.*[A-Z]{4}/.test(subject),
      /!/.test(subject),
      /\b(?:you|your)\b/i.test(subject),
      /[$%]|\d{3}/.test(subject),
    ];
    return signs.filter(Boolean).length >= 2 ? "spam" : "ham";
  },
  user_agent: (header) => {
    const products = new Map(
      [...header.matchAll(/(\w+)\/(\d+)/g)].map(([, name, major]) => [name, major]),
    );
    for (const [product, name] of KNOWN_PRODUCTS) {
      if (products.has(product)) return `${name} ${products.get(product)}`;
    }
    return `Safari ${products.get("Version") ?? products.get("Safari") ?? "unknown"}`;
  },
  invoice_line: (line, sample) => {
    const currency = /\b(?:EUR|USD|GBP)\b/.exec(line)?.[0];
    const price = /\d+\.\d\d/.exec(line)?.[0] ?? "0";
    const item = /(?:Paper|Desk|Toner|USB c|Chair|White)[A-Za-z0-9 ]*/.exec(line)?.[0].trim();
    const quantity = /qty (\d+)|^(\d+) x|\((\d+) pcs|: (\d+) \*/.exec(line)?.slice(1).join("");
    // As models do, it keeps the zeros of a price once and leaves them out another time.
    const written = (line.length + sample) % 2 === 0 ? String(Number(price)) : price;
    return `{"item": "${item}", "quantity": ${quantity}, "unit_price": ${written}, "currency": "${currency}"}`;
  },
};

/** What stands in for a model knows the large browsers, and takes all else for one of them. */
const KNOWN_PRODUCTS = [
  ["Edg", "Microsoft Edge"],
  ["OPR", "Opera"],
  ["SamsungBrowser", "Samsung Internet for Android"],
  ["YaBrowser", "Yandex Browser"],
  ["Firefox", "Firefox"],
  ["CriOS", "Chrome"],
  ["Chrome", "Chrome"],
] as const;

function fromAddress(header: string): string {
  const local = /<?([^<@\s]+)@/.exec(header)?.[1] ?? header;
  return local
    .split(/[._+-]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}
