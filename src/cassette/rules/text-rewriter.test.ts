import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Json } from "../../model/json.ts";
import { rewriteJson, rewriteSchema } from "./rewrite-request.ts";
import { type Rewrite, type RewriteRule, rewritesOf } from "./rules.ts";

function redacting(...redact: readonly RewriteRule[]): Rewrite {
  return rewritesOf({ redact, volatile: [] }).redact ?? expect.unreachable("there are rules");
}

const account: RewriteRule = { pattern: /\b\d{6}\b/g, replacement: "<acct>" };
const mail: RewriteRule = { pattern: /[\w.]+@example\.com/g, replacement: "<mail>" };

describe("a JSON text", () => {
  test.each([
    ['{"account":123456}', '{"account":900009}'],
    ['{ "account" : 123456.50,\n  "kept": 1.0 }', '{ "account" : 900009.5,\n  "kept": 1.0 }'],
    [
      "[-123456, 1e5, 12345678901234567890, -0, 2.50]",
      "[-900009, 900009, 12345678901234567890, -0, 2.50]",
    ],
    [
      '{"to":"ada@example.com","n":[{"m":"to ada@example.com."}]}',
      '{"to":"redacted-mail@example.invalid","n":[{"m":"to <mail>."}]}',
    ],
    ['{"ada@example.com":true,"b":null}', '{"<mail>":true,"b":null}'],
    ['"tab\\t123456"', '"tab\\t<acct>"'],
    ['{"inner":"{\\"account\\":123456}"}', '{"inner":"{\\"account\\":900009}"}'],
    ['{"inner":"[\\"+49 123456\\"]"}', '{"inner":"[\\"+90 000009\\"]"}'],
    ["123456", "900009"],
    [" 123456\n", " 900009\n"],
    ["true", "true"],
  ])("keeps its layout and its types: %s", (before, after) => {
    const rewrite = redacting(account, mail);
    expect(rewrite(before)).toBe(after);
    expect(rewrite(after)).toBe(after);
    JSON.parse(after);
  });

  test("takes the number that its rule names", () => {
    const rewrite = redacting({ ...account, number: 100001 });
    expect(rewrite('{"account":123456}')).toBe('{"account":100001}');
    expect(rewrite('{"account":100001}')).toBe('{"account":100001}');
    expect(rewrite("account 100001 of 123456")).toBe("account <acct> of <acct>");
  });

  test.each([
    [/"ssn": *"[^"]*"/g, '{"ssn": "1-2", "a": 1}', '{"ssn": "<hidden>", "a": 1}'],
    [/"pin":\d+/g, '{"a":[1],"pin":1234}', '{"a":[1],"pin":9009}'],
    [/\{"a.*/g, '{"a":"x","b":{"c":1.5}}', '{"a":"<hidden>","b":{"c":9.5}}'],
    [/\{"key/g, '{"key":true}', '{"<hidden>":true}'],
    [/"a":1,/g, '{"a":1,"b":2}', '{"a":9,"b":2}'],
  ])("stays one where a pattern looks at more than one value: %s", (pattern, before, after) => {
    const rewrite = redacting({ pattern, replacement: "<hidden>" });
    expect(rewrite(before)).toBe(after);
    expect(rewrite(after)).toBe(after);
  });

  test.each([
    [
      /(?<="password":\s*")[^"]+/g,
      '{"password": "a\\tb", "a": "b"}',
      '{"password": "<hidden>", "a": "b"}',
    ],
    [/(?<="pin":)\d+/g, '{"pin":1234,"nip":1234}', '{"pin":9009,"nip":1234}'],
    [/\bname\b/g, '{"a":"\\name"}', '{"a":"\\name"}'],
  ])("hides what a pattern finds by what stands around it: %s", (pattern, before, after) => {
    const rewrite = redacting({ pattern, replacement: "<hidden>" });
    expect(rewrite(before)).toBe(after);
    expect(rewrite(after)).toBe(after);
  });

  test("takes a replacement across values that leaves JSON", () => {
    const rewrite = redacting({ pattern: /"pin": *\d+/g, replacement: '"pin":null' });
    expect(rewrite('{"pin": 1234}')).toBe('{"pin":null}');
  });
});

describe("a whole text of a well-known format", () => {
  const everything: RewriteRule = { pattern: /\S+/g, replacement: "<it>" };
  const formats = [
    ["ada@example.com", z.email()],
    ["https://example.com/a?b=c", z.url()],
    ["5f0c9a1e-7b3d-4c21-8a6f-0123456789ab", z.uuid()],
    ["2026-11-30", z.iso.date()],
    ["2026-11-30T13:48:43.123Z", z.iso.datetime()],
    ["2026-11-30T13:48:43+01:00", z.iso.datetime({ offset: true })],
    ["2026-11-30T13:48:43", z.iso.datetime({ local: true })],
    ["13:48:43", z.iso.time()],
    ["10.1.2.3", z.ipv4()],
    ["fe80::1", z.ipv6()],
    ["db.example.com", z.hostname()],
    ["+4930123456", z.e164()],
    ["0049 (30) 123456", z.string().regex(/^\d{4} \(\d\d\) \d{6}$/)],
    ["012345", z.string().regex(/^\d{6}$/)],
  ] as const;

  test.each(formats)("gets a text of that format: %s", (before, schema) => {
    const rewrite = redacting(everything);
    const after = rewrite(before);
    schema.parse(after);
    expect(after).not.toBe(before);
    expect(rewrite(after)).toBe(after);
  });

  test.each(formats.slice(0, 11))("is hidden alike within a longer text: %s", (before) => {
    const rule = {
      pattern: new RegExp(before.replace(/[.?+]/g, "\\$&"), "g"),
      replacement: "<it>",
    };
    const rewrite = redacting(rule);
    expect(rewrite(`of ${rewrite(before)}, now`)).toBe(rewrite(`of ${before}, now`));
    expect(rewrite(`of ${before}, now`)).toBe("of <it>, now");
  });

  test("keeps of an address what is not hidden", () => {
    const rewrite = redacting({ pattern: /user-\d+/g, replacement: "<user>" });
    const after = "https://example.com/%3Cuser%3E?page=2";
    expect(rewrite("https://example.com/user-17?page=2")).toBe(after);
    expect(rewrite(after)).toBe(after);
    expect(rewrite("see https://example.com/user-17?page=2")).toBe(rewrite(`see ${after}`));
    expect(rewrite("https://user-17.example.com/")).toBe("https://redacted-user.example.invalid/");
  });

  test("keeps the name of a file and a replacement that fits", () => {
    expect(redacting({ pattern: /user-\d+/g, replacement: "<user>" })("user-17.pdf")).toBe(
      "<user>.pdf",
    );
    const fitting = redacting({
      pattern: /[\w.]+@corp\.com/g,
      replacement: "somebody@example.org",
    });
    expect(fitting("ada@corp.com")).toBe("somebody@example.org");
  });

  test("is not kept by what is volatile, which nobody is given back", () => {
    const rule = { pattern: /\d{4}-\d\d-\d\d/g, replacement: "<date>" };
    const { request } = rewritesOf({ redact: [], volatile: [rule] });
    expect(request?.("2026-11-30")).toBe("<date>");
    expect(request?.('{"at":1764510000000,"day":"2026-11-30"}')).toBe(
      '{"at":1764510000000,"day":"<date>"}',
    );
  });
});

describe("a number", () => {
  test.each([
    [123456, 900009],
    [-123456, -900009],
    [123456.75, 900009.5],
    [1234567, 1234567],
    [0, 0],
  ])("of data stays one: %d", (before, after) => {
    expect(rewriteJson({ a: [before] }, redacting(account))).toEqual({ a: [after] });
  });

  test("is volatile as well, and stays one", () => {
    const rule = { pattern: /^\d{13}$/g, replacement: "<ms>" };
    const { request, redact } = rewritesOf({ redact: [], volatile: [rule] });
    expect(redact).toBeUndefined();
    expect(request && rewriteJson({ at: 1764510000000 }, request)).toEqual({ at: 9000000000009 });
  });

  test("of a schema counts where it is a value", () => {
    const properties = {
      a: { enum: [123456], maximum: 123456, default: 123456 },
      maximum: { const: 123456 },
    };
    const made = {
      a: { enum: [900009], maximum: 123456, default: 900009 },
      maximum: { const: 900009 },
    };
    expect(rewriteSchema({ properties }, redacting(account))).toEqual({ properties: made });
  });
});

describe("laws", () => {
  const pattern = fc.constantFrom(
    /\d/g,
    /\d{2,}/g,
    /a+b/g,
    /[bc]{2}/g,
    /c$/g,
    /^a/g,
    /\b1/g,
    /[\w.]+@[\w.]+/g,
    /"a":/g,
    /(?<=":)\s*\d+/g,
    /(?<=\w":\s?")[^"]+/g,
    /e/g,
    /-\d+/g,
  );
  const rule = fc.record({
    pattern,
    replacement: fc.constantFrom("<1>", "<2>", "", "<hidden>"),
    number: fc.constantFrom(undefined, undefined, 100001, 7),
  });
  const rules = fc.record({
    redact: fc.array(rule, { maxLength: 3 }),
    volatile: fc.array(rule, { maxLength: 2 }),
  });
  const word = fc.constantFrom(
    "a",
    "b",
    "c",
    " ",
    "12",
    "123456",
    "1.5e3",
    "-0",
    "a@b.com",
    '{"a":',
    "}",
    '"',
    "[",
    "]",
    "\\n",
    "2026-11-30",
    "https://a.com/b",
    "900009",
    "é",
  );
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(""));
  const scalar: fc.Arbitrary<Json> = fc.oneof(
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const data: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(text, tie("value"), { maxKeys: 3 }),
    ),
  })).value;
  const asText = fc
    .tuple(data, fc.constantFrom(undefined, 2))
    .map(([value, indent]) => JSON.stringify(value, null, indent));
  const same: Rewrite = (said) => said;

  test("rewriting twice gives what rewriting once gives, and an answer is asked for as it was kept", () => {
    fc.assert(
      fc.property(rules, fc.oneof(text, asText), (all, said) => {
        const { redact = same, request = same } = rewritesOf(all);
        expect(redact(redact(said))).toBe(redact(said));
        expect(request(request(said))).toBe(request(said));
        expect(request(redact(said))).toBe(request(said));
      }),
      { numRuns: 500 },
    );
  });

  test("the same for numbers and for data", () => {
    fc.assert(
      fc.property(rules, data, (all, value) => {
        const { redact = same, request = same } = rewritesOf(all);
        const kept = rewriteJson(value, redact);
        const asked = rewriteJson(value, request);
        expect(rewriteJson(kept, redact)).toEqual(kept);
        expect(rewriteJson(asked, request)).toEqual(asked);
        expect(rewriteJson(kept, request)).toEqual(asked);
      }),
      { numRuns: 300 },
    );
  });

  test("JSON stays JSON", () => {
    fc.assert(
      fc.property(rules, asText, (all, said) => {
        const { redact = same, request = same } = rewritesOf(all);
        JSON.parse(redact(said));
        JSON.parse(request(said));
      }),
      { numRuns: 300 },
    );
  });

  test("data is hidden alike as a value and as its text", () => {
    const within = rule.filter((one) => !one.pattern.source.includes('":'));
    fc.assert(
      fc.property(fc.array(within, { minLength: 1, maxLength: 3 }), data, (redact, value) => {
        const rewrite = redacting(...redact);
        const written: Json = JSON.parse(rewrite(JSON.stringify(value)));
        expect(written).toEqual(rewriteJson(JSON.parse(JSON.stringify(value)), rewrite));
      }),
      { numRuns: 300 },
    );
  });
});
