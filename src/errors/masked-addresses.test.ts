import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskAddresses } from "./masked-addresses.ts";

describe("credentials in an address are masked", () => {
  test.each([
    ["https://ada:pw@host/a", "https://<secret>@host/a"],
    ["https://ghp_token@host/a", "https://<secret>@host/a"],
    ["https:\\/\\/ada:pw@host\\/a", "https:\\/\\/<secret>@host\\/a"],
    ["https://token:x-oauth-basic@host", "https://<secret>@host"],
    ["postgres://app:pw@db:5432/app", "postgres://app:<secret>@db:5432/app"],
    ["redis://:pw@cache", "redis://:<secret>@cache"],
    ["https://ada:p@ss@host/a", "https://<secret>@host/a"],
    ["https://ada:p@s/s@host/a", "https://<secret>@host/a"],
    ["postgres://ada:p/s?s#w@host/x", "postgres://ada:<secret>@host/x"],
    ["next=https%3A%2F%2Fada%3Apw%40host%2Fa", "next=https%3A%2F%2F<secret>%40host%2Fa"],
    ["https://host/a?key=pw&n=2", "https://host/a?key=<secret>&n=2"],
    ["/a?n=2&api_key=pw", "/a?n=2&api_key=<secret>"],
    ["https://host/?token=pw).", "https://host/?token=<secret>)."],
    ["https://host/?sv=1&sig=a%2Fb%3D", "https://host/?sv=1&sig=<secret>"],
    ["https://host/?X-Amz-Signature=pw#a", "https://host/?X-Amz-Signature=<secret>#a"],
    ["https://host/#access_token=pw", "https://host/#access_token=<secret>"],
    ["https://host/?a=1&amp;client_secret=pw", "https://host/?a=1&amp;client_secret=<secret>"],
    ['{"url":"https://host/?a=1\\u0026key=pw"}', '{"url":"https://host/?a=1\\u0026key=<secret>"}'],
    ["https://host/?to=%3Fkey%3Dpw%26n%3D2", "https://host/?to=%3Fkey%3D<secret>%26n%3D2"],
    ["two: https://a:pw@b https://c:pw@d", "two: https://<secret>@b https://<secret>@d"],
  ])("%s", (text, masked) => {
    expect(maskAddresses(text)).toBe(masked);
    expect(maskAddresses(masked)).toBe(masked);
  });
});

test.each([
  "https://host:8080/a/@scope/b",
  "http://[::1]:8080/@scope/b",
  "http://localhost:3000",
  "https://www.example.com/package/@scope/name",
  "ssh://git@host/a.git",
  "git@host:a.git",
  "mail ada@example.com or see https://example.com",
  "https://host/?keyword=a&page=2&monkey=b&max_tokens_a=3",
  "a = b; key = c",
  "key=value",
  "https://a@",
])("%s stays as it is", (text) => {
  expect(maskAddresses(text)).toBe(text);
});

const password = fc
  .string({ minLength: 6, maxLength: 20 })
  .map((text) => text.replace(/[\s"'<>`]/g, "x"))
  .map((text) => `pw${text}`);

describe("no text shows what it must not", () => {
  test("a password, however it is written", () => {
    const written = fc.constantFrom<(text: string) => string>(
      (text) => text,
      encodeURIComponent,
      (text) => text.replaceAll("@", "%40"),
    );
    fc.assert(
      fc.property(fc.string(), password, written, fc.string(), (before, secret, write, after) => {
        const said = write(secret);
        const text = `${before} https://ada:${said}@host.example/a ${after}`;
        const masked = maskAddresses(text);
        expect(masked).toContain("://<secret>@host.example/a ");
        if (!`${before}${after}`.includes(said)) expect(masked).not.toContain(said);
      }),
    );
  });

  test("the value of a parameter that holds a credential", () => {
    const name = fc.constantFrom("key", "api_key", "apiKey", "token", "sig", "access_token", "pwd");
    const end = fc.constantFrom("", "&n=2", "#top", " and more", '"', ")");
    fc.assert(
      fc.property(name, password, end, (parameter, secret, after) => {
        const said = encodeURIComponent(secret);
        const masked = maskAddresses(`https://host/a?n=1&${parameter}=${said}${after}`);
        expect(masked).toContain(`&${parameter}=<secret>`);
        expect(masked).not.toContain(said.replace(/[).!]+$/, ""));
      }),
    );
  });

  test("of any kind, and masking twice changes nothing", () => {
    const piece = fc.constantFrom(
      ...["https://", "ssh://", "://", "a:", "b@", "@", "/", "?", "&", "#", " ", '"', "<secret>"],
      ...["key=", "n=", "sig=", "%3A%2F%2F", "%40", "%3F", "%3D", "%26", "\\u0026", ")", ".", "80"],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 }))), (pieces) => {
        const masked = maskAddresses(pieces.join(""));
        expect(maskAddresses(masked)).toBe(masked);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a long text takes no time worth mentioning", () => {
  for (const piece of [
    "a",
    "x://a:b",
    "://",
    "?a",
    "&key=",
    "%3A%2F%2Fa",
    "://a:@",
    "?key=.",
    "://a:b@c.",
  ]) {
    const start = performance.now();
    maskAddresses(`${piece.repeat(100_000)} @=`);
    expect(performance.now() - start).toBeLessThan(2_000);
  }
});
