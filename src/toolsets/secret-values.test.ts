import fc from "fast-check";
import { expect, test } from "vitest";
import { SecretValues } from "./secret-values.ts";

const secret = fc.stringMatching(/^[!-;=?-~]{8,40}$/);

test("what was a header or came from a variable is in no masked value", () => {
  fc.assert(
    fc.property(secret, secret, fc.string(), fc.string(), (own, variable, before, after) => {
      const secrets = new SecretValues({ NAME: variable });
      secrets.expand({ Authorization: own }, true);
      secrets.expand({ PLAIN: `x=$\{NAME}` }, false);
      const text = `${before}${own} ${variable}${after}`;
      const masked = JSON.stringify(secrets.maskJson({ [text]: [text, { deep: text }, 1, null] }));
      expect(masked).not.toContain(JSON.stringify(own).slice(1, -1));
      expect(masked).not.toContain(JSON.stringify(variable).slice(1, -1));
      expect(masked).toContain("<secret>");
    }),
  );
});

test("what is left of a secret that a text was cut within is masked", () => {
  fc.assert(
    fc.property(secret, fc.nat(), (own, cut) => {
      const secrets = new SecretValues({});
      secrets.expand({ Authorization: own }, true);
      const beginning = own.slice(0, 4 + (cut % (own.length - 4)));
      expect(secrets.mask(`It said: ${beginning}…`)).toBe("It said: <secret>…");
    }),
  );
});

test("plain values and what every server gets are no secrets", () => {
  const secrets = new SecretValues({ HOME: "/home/somebody" });
  secrets.expand({ MODE: "production", DATA: `$\{HOME}/data` }, false);
  const text = "production /home/somebody/data";
  expect(secrets.mask(text)).toBe(text);
});

test("values that are named like a credential are secrets", () => {
  const secrets = new SecretValues({});
  expect(secrets.expand({ API_KEY: "written-here" }, false)).toEqual({ API_KEY: "written-here" });
  expect(secrets.mask("it was written-here")).toBe("it was <secret>");
});

test("variables that are passed on keep their values, and credentials among them are secrets", () => {
  const env = { NODE_ENV: "production", API_TOKEN: "of-the-variable" };
  const secrets = new SecretValues(env);
  const given = { passed: ["NODE_ENV", "API_TOKEN", "NONE"], written: { MODE: "a" } };
  expect(secrets.variables(given)).toEqual({ ...env, MODE: "a" });
  expect(secrets.mask("production of-the-variable")).toBe("production <secret>");
});

test("a header that cannot hold its value is an error that does not show it", () => {
  const secrets = new SecretValues({ TOKEN: "first-line\nsecond-line" });
  const make = () => secrets.headers({ Authorization: "Bearer ${TOKEN}" });
  expect(make).toThrow(
    "the header Authorization would hold a line break, which no header can hold: check TOKEN",
  );
});
