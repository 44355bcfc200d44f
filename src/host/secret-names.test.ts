import { expect, test } from "vitest";
import { isSecretName } from "./secret-names.ts";

test.each([
  "ANTHROPIC_API_KEY",
  "OPENAI_API_KEY",
  "GH_TOKEN",
  "NPM_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "PGPASSWORD",
  "MYSQL_PWD",
  "DB_PASS",
  "AZURE_DEVOPS_EXT_PAT",
  "GOOGLE_CREDENTIALS",
  "client_secret",
])("%s names a credential", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  "PATH",
  "HOME",
  "PWD",
  "OLDPWD",
  "LANG",
  "KEYBOARD",
  "TOKENIZERS_PARALLELISM",
  "SSH_AUTH_SOCK",
  "SSH_ASKPASS",
  "GPG_KEY",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "ANTHROPIC_API_KEY_FILE",
  "npm_package_name",
])("%s names none", (name) => {
  expect(isSecretName(name)).toBe(false);
});
