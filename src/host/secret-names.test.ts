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
  "NPM_AUTH",
  "npm_config__authToken",
  "authToken",
  "//registry.example.com/:_authToken",
  "x-api-key",
  "COOKIE",
  "JWT",
  "API_KEYS",
  "SERVICE_CREDENTIALS",
  "SESSION_COOKIES",
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
  "GIT_AUTHOR_NAME",
  "XAUTHORITY",
  "SSH_PUBLIC_KEY_FILE",
  "NEXT_PUBLIC_API_KEY",
  "PUBLIC_KEY",
  "BYPASS",
])("%s names none", (name) => {
  expect(isSecretName(name)).toBe(false);
});
