import { expect, test } from "vitest";
import { programEnvironment } from "./program-environment.ts";

const env = {
  PATH: "/bin",
  HOME: "/home/somebody",
  LANG: "C.UTF-8",
  LC_ALL: "C",
  TERM: "xterm",
  TMPDIR: "/tmp",
  USER: "somebody",
  SHELL: "() { :; }",
  LC_: "no category",
  NODE_OPTIONS: "--inspect",
  API_KEY: "of-the-variable",
  HTTPS_PROXY: "http://user:password@proxy:8080",
};

test("the environment of a program is small", () => {
  const { PATH, HOME, LANG, LC_ALL, TERM, TMPDIR } = env;
  expect(programEnvironment(env)).toEqual({ PATH, HOME, LANG, LC_ALL, TERM, TMPDIR });
});

test("what is asked for besides is there, unless it is not set or is a function", () => {
  expect(programEnvironment(env, ["USER", "SHELL", "NONE"])).toEqual({
    ...programEnvironment(env),
    USER: "somebody",
  });
  expect(programEnvironment({ TERM: undefined })).toEqual({});
});
