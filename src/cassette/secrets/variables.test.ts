import { describe, expect, test } from "vitest";
import { SecretScanner } from "./secret-scanner.ts";

const RANDOM = "x7Kp2mQ9vR4tZ1wB";

/** What is said of a text in a process with one variable. */
function found(variable: string, value: string, text: string): string | undefined {
  return new SecretScanner({ [variable]: value }).find(text);
}

const SAID = (variable: string) => `the value of the environment variable ${variable}`;

describe("a value that is found", () => {
  test.each([
    ["DATABASE_URL", `postgres://app:${RANDOM}@db.internal:5432/app`],
    ["REDIS_URI", `redis://:${RANDOM}@cache:6379`],
    ["SENTRY_DSN", `https://public:${RANDOM}@sentry.example.com/1`],
    ["MY_BROKER_URL", `amqps://u:${RANDOM}@mq`],
    ["DB_DSN", `app:${RANDOM}@tcp(db.internal:3306)/app?tls=true`],
    ["NPM_AUTH", RANDOM],
    ["AUTHORIZATION", `Bearer ${RANDOM}`],
    ["npm_config_//registry.example.com/:_authToken", RANDOM],
    ["COOKIE", `session=${RANDOM}; theme=dark`],
    ["JWT", RANDOM],
    ["API_KEYS", `first-one,${RANDOM}`],
    ["SERVICE_CREDENTIALS", `{"user":"app","password":"${RANDOM}"}`],
    ["GOOGLE_CREDENTIALS_JSON", `{"type":"service_account","private_key_id":"${RANDOM}"}`],
    ["VCAP_SERVICES", `{"db":[{"credentials":{"uri":"postgres://u:${RANDOM}@h/d"}}]}`],
    ["DOTENV", `# ours\nHOST=example.com\nexport DB_PASSWORD="${RANDOM}"\nPORT=1`],
    ["STORAGE", `AccountName=a;AccountKey=${RANDOM};EndpointSuffix=b`],
    ["SQL_CONNECTION", `Server=tcp:db;User Id=sa;Password=${RANDOM};Encrypt=true`],
    ["SLACK_WEBHOOK_SECRET", `https://hooks.example.com/T0/B0/${RANDOM}`],
    ["PASSPHRASE", RANDOM],
  ])("of %s", (variable, value) => {
    expect(found(variable, value, `it is "${RANDOM}", says the log`)).toBe(SAID(variable));
  });

  test.each<[string, (value: string) => string]>([
    ["in base64", (value) => btoa(value)],
    ["in base64 behind something else", (value) => btoa(`\u0001\u0002${value}\u0003`)],
    ["in hexadecimal", (value) => Buffer.from(value).toString("hex")],
    ["URL-encoded", (value) => encodeURIComponent(value)],
    ["in JSON in JSON", (value) => JSON.stringify(JSON.stringify({ value }))],
    ["behind a colour", (value) => `is\u001b[1m${value}\u001b[0m`],
    ["with a colour in it", (value) => `${value.slice(0, 5)}\u001b[31m${value.slice(5)}`],
    ["over two lines", (value) => `${value.slice(0, 7)}\n${value.slice(7)}`],
    ["over three lines, indented", (value) => value.replace(/(.{5})(.{4})/, "$1\n   $2\n   ")],
  ])("%s", (_how, hide) => {
    for (const value of [RANDOM, "correct horse battery staple", 'quo"te\\d & x7Kp2%41mQ']) {
      expect(found("MAIL_PASSWORD", value, `so: ${hide(value)}.`)).toBe(SAID("MAIL_PASSWORD"));
    }
  });

  test("with its line breaks or without", () => {
    const key = `first ${RANDOM}\nsecond ${RANDOM}`;
    for (const text of [key, JSON.stringify(key), key.replace("\n", "")]) {
      expect(found("SIGNING_KEY", key, `is ${text}`)).toBe(SAID("SIGNING_KEY"));
    }
  });

  test("as a number of JSON", () => {
    const scanner = new SecretScanner({ PIN_SECRET: "4815162342" });
    expect(() => scanner.check({ output: { pin: [4815162342] } }, "a.yaml")).toThrow(
      "PIN_SECRET, at output.pin[0]",
    );
  });
});

describe("a value that is not searched for", () => {
  test.each([
    ["DB_PASSWORD", "postgres", "You know postgres."],
    ["DATABASE_URL", "postgres://postgres:postgres@localhost/postgres", "postgres on localhost"],
    ["DATABASE_URL", `postgres://app:${RANDOM}@db.internal/app`, "db.internal is the host of app"],
    ["AUTH_MODE", "password", "the password"],
    ["SECRET_NAME", "shopping/prod/billing", "read shopping/prod/billing"],
    ["ANTHROPIC_MAX_TOKENS", "32000", "32000 tokens"],
    ["SSH_KEY", "/home/somebody/.ssh/id_ed25519", "see /home/somebody/.ssh/id_ed25519"],
    [
      "TOKEN_ENDPOINT",
      "https://auth.example.com/oauth/token",
      "https://auth.example.com/oauth/token",
    ],
    ["NEXT_PUBLIC_API_KEY", RANDOM, RANDOM],
    ["PATH", "/usr/local/bin:/usr/bin", "/usr/local/bin:/usr/bin"],
    ["GIT_AUTHOR_NAME", "Correct Horse Battery", "Correct Horse Battery"],
    [
      "GOOGLE_CREDENTIALS",
      '{"auth_uri":"https://accounts.example.com/o/oauth2/auth","client_email":"app@example.com"}',
      "https://accounts.example.com/o/oauth2/auth for app@example.com",
    ],
  ])("%s=%s", (variable, value, text) => {
    expect(found(variable, value, text)).toBeUndefined();
  });
});

test("messages mask what is weak as well", () => {
  const scanner = new SecretScanner({ DB_PASSWORD: "postgres", URL: `a://b:${RANDOM}@c` });
  expect(scanner.mask(`postgres and ${RANDOM}, AKIAIOSFODNN7EXAMPLE`)).toBe(
    "<secret> and <secret>, <secret>",
  );
});
