import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { SecretScanner } from "../../src/cassette/secrets/secret-scanner.ts";
import { charactersFrom, MADE_UP_CREDENTIALS } from "../support/made-up-credentials.ts";
import { ordinaryTexts } from "../support/ordinary-texts.ts";

// Some hundred runs each, or several processes: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const scanner = new SecretScanner({});
const seed = fc.integer({ min: 1 });

describe("a credential", () => {
  test.each(Object.entries(MADE_UP_CREDENTIALS))("of %s is found and masked", (_name, make) => {
    fc.assert(
      fc.property(seed, (from) => {
        const random: string[] = [];
        const characters = charactersFrom(from);
        const secret = make((length, alphabet) => {
          const made = characters(length, alphabet);
          if (length >= 16) random.push(made);
          return made;
        });
        const text = `use this one: ${secret} and no other`;
        expect(scanner.find(text)).toBeDefined();
        const masked = scanner.mask(text);
        expect(masked).toMatch(/^use this one: .*<secret>[\s\S]* and no other$/);
        for (const part of random) expect(masked).not.toContain(part);
      }),
    );
  });

  const hidden: Readonly<Record<string, (text: string) => string>> = {
    "in base64": (text) => Buffer.from(`user and ${text}`).toString("base64"),
    "in base64 of an address": (text) => Buffer.from(`token=${text}`).toString("base64url"),
    "in wrapped base64": (text) =>
      (
        Buffer.from(`{"token":"${text}","more":"${"text ".repeat(9)}"}`)
          .toString("base64")
          .match(/.{1,40}/g) ?? []
      ).join("\n"),
    "in base64 twice": (text) => btoa(btoa(`token ${text}`)),
    "in hexadecimal": (text) => Buffer.from(`key ${text}`).toString("hex"),
    "URL-encoded": (text) => `?token=${encodeURIComponent(text)}&x=1`,
    "URL-encoded, every character": (text) =>
      [...text].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
    "in JSON in JSON": (text) => JSON.stringify(JSON.stringify({ a: `x\n${text}` })),
    "in escapes of JSON": (text) =>
      [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    "behind a colour": (text) => `\u001b[32m${text}\u001b[0m`,
    "behind a colour in JSON": (text) => JSON.stringify(`is\u001b[1;32m${text}\u001b[0m`),
    "with a colour in it": (text) => `${text.slice(0, 9)}\u001b[31m${text.slice(9)}`,
    "with a space of no width in it": (text) => `${text.slice(0, 12)}\u200b${text.slice(12)}`,
    "in a quoted text": (text) => `'${text}'`,
  };

  test.each(Object.entries(hidden))("is found %s", (_name, hide) => {
    fc.assert(
      fc.property(
        seed,
        fc.constantFrom("Anthropic", "GitHub", "AWS access", "Stripe", "Telegram"),
        (from, of) => {
          const secret = MADE_UP_CREDENTIALS[of]?.(charactersFrom(from)) ?? "";
          expect(scanner.find(`it is ${hide(secret)} so`)).toBeDefined();
        },
      ),
    );
  });

  test.each([".", "...", ",", ";", ")", "!", "?", ":", '"', "'", ">", "]"])(
    "is found with %s behind it, as a sentence has it",
    (sign) => {
      const missed = Object.entries(MADE_UP_CREDENTIALS).filter(
        ([, make]) => scanner.find(`it is ${make(charactersFrom(77))}${sign} So`) === undefined,
      );
      expect(missed.map(([name]) => name)).toEqual([]);
    },
  );

  test("is found wherever a line breaks in it", () => {
    const ends = ["\n", "\r\n", "\n    ", "\\\n", "\\n"];
    fc.assert(
      fc.property(
        seed,
        fc.constantFrom("Anthropic", "GitHub", "AWS access", "Stripe"),
        fc.nat(),
        fc.constantFrom(...ends),
        (from, of, at, end) => {
          const secret = MADE_UP_CREDENTIALS[of]?.(charactersFrom(from)) ?? "";
          const cut = 3 + (at % (secret.length - 4));
          const text = `the key is\n${secret.slice(0, cut)}${end}${secret.slice(cut)}\nand no other`;
          expect(scanner.find(text)).toBeDefined();
        },
      ),
    );
  });

  test("is found in a text that code puts together from lines", () => {
    const secret = MADE_UP_CREDENTIALS["GitHub"]?.(charactersFrom(7)) ?? "";
    const [before, after] = [secret.slice(0, 20), secret.slice(20)];
    expect(scanner.find(`const key = "${before}" +\n  "${after}";`)).toBeDefined();
  });
});

describe("a mark that is repeated", () => {
  const token = MADE_UP_CREDENTIALS["Anthropic"]?.(charactersFrom(7)) ?? "";

  test.each(["Bearer+", "sk-admin-\u200b\n", "sntryu_+", "glpat-a-\n", "\\n\\u0041", "A\n"])(
    "%j takes no longer for each time, and hides nothing behind it",
    (piece) => {
      const text = piece.repeat(100_000 / piece.length);
      const began = process.cpuUsage();
      scanner.find(text);
      expect(scanner.find(`${text} ${token}`)).toBeDefined();
      const { user, system } = process.cpuUsage(began);
      expect((user + system) / 1e6).toBeLessThan(6); // a minute where each body is looked at anew
    },
    120_000,
  );
});

describe("ordinary texts", () => {
  const texts = ordinaryTexts();

  test("are at least two hundred", () => {
    expect(texts.length).toBeGreaterThanOrEqual(200);
  });

  test("hold no secret, alone and in JSON", () => {
    const refused = texts.flatMap((text) => {
      const found = scanner.find(text) ?? scanner.find(JSON.stringify({ text }));
      return found === undefined ? [] : [`${found}: ${text.slice(0, 80)}`];
    });
    expect(refused).toEqual([]);
  });

  test("are searched at the speed of reading", () => {
    const text = texts.join("\n").slice(0, 1_000_000);
    const timesMs = Array.from({ length: 5 }, () => {
      const start = performance.now();
      scanner.find(text);
      return performance.now() - start;
    });
    // Far above what it takes, for machines that do other things as well.
    expect(Math.min(...timesMs)).toBeLessThan(1000);
  });
});
