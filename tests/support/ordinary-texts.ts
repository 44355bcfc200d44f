import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { charactersFrom } from "./made-up-credentials.ts";

const HEX = "0123456789abcdef";
const r = charactersFrom(20261130);
const bytes = (length: number) =>
  Buffer.from(Array.from({ length }, () => Number.parseInt(r(2, HEX), 16)));
const base64 = (length: number) => bytes(length).toString("base64");
const sha = (text: string, kind = "sha256") => createHash(kind).update(text).digest("hex");
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

/** What documentation shows in the place of a credential. */
const PLACEHOLDERS: readonly string[] = [
  "AKIAIOSFODNN7EXAMPLE",
  "ASIAIOSFODNN7EXAMPLE",
  "AKIAI44QH8DHBEXAMPLE",
  "AKIAXXXXXXXXXXXXXXXX",
  "AKIA0123456789ABCDEF",
  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "aws_secret_access_key = YOUR_SECRET_ACCESS_KEY_GOES_HERE_1234567",
  "sk-ant-your-key-goes-here-and-nowhere-else",
  "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "sk-ant-api03-replace-me-with-your-own-key",
  "ANTHROPIC_API_KEY=sk-ant-...",
  "export OPENAI_API_KEY=sk-proj-your-openai-project-key-goes-in-here",
  `sk-${"x".repeat(48)}`,
  "sk-1234567890abcdef1234567890abcdef",
  "sk-abcdefghijklmnopqrstuvwxyz123456",
  `sk-or-v1-${"0".repeat(64)}`,
  `ghp_${"x".repeat(36)}`,
  `ghp_${"0".repeat(36)}`,
  "ghp_YourPersonalAccessTokenGoesHere123456",
  `github_pat_${"X".repeat(82)}`,
  "glpat-xxxxxxxxxxxxxxxxxxxx",
  "glpat-your-access-token-here",
  `npm_${"a".repeat(36)}`,
  "//packages.example.com/:_authToken=${NPM_TOKEN}",
  "//packages.example.com/:_authToken=your-npm-token-goes-here",
  "xoxb-your-token-here-please",
  "xoxb-123456789012-1234567890123-xxxxxxxxxxxxxxxxxxxxxxxx",
  "xoxb-not-a-real-token-this-will-not-work",
  "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
  `sk_live_${"x".repeat(24)}`,
  "sk_test_your_key_goes_here_12345",
  "sk_live_EXAMPLEEXAMPLEEXAMPLE123",
  `AIza${"X".repeat(35)}`,
  "AIzaSyYOUR_API_KEY_HERE_xxxxxxxxxxxxxxx",
  `hf_${"x".repeat(34)}`,
  "hf_yourHuggingFaceTokenGoesRightHere",
  "SG.xxxxxxxxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "123456789:AAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "dapi00000000000000000000000000000000",
  "Authorization: Bearer YOUR_ACCESS_TOKEN_HERE",
  "Authorization: Bearer $ACCESS_TOKEN",
  "Authorization: Bearer <token>",
  "-H 'Authorization: Bearer your-token-here-please'",
  "Authorization: Basic dXNlcm5hbWU6cGFzc3dvcmQ=",
  "Authorization: Basic QWxhZGRpbjpvcGVuc2VzYW1l",
  "x-api-key: your-api-key-goes-here-1234",
  'api_key = "REPLACE_WITH_YOUR_API_KEY_123"',
  // The example of jwt.io, of today and of before.
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWUsImlhdCI6MTUxNjIzOTAyMn0.KMUFsIDTnFmyG3nMiGM6H9FNFUROf3wh7SmqJp-QV30",
  "Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
  "-----BEGIN RSA PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBg...\\n-----END PRIVATE KEY-----\\n",
  "-----BEGIN OPENSSH PRIVATE KEY-----\n<your key here>\n-----END OPENSSH PRIVATE KEY-----",
  "A file that begins with -----BEGIN EC PRIVATE KEY----- must never be committed to a repository.",
  "postgres://postgres:postgres@localhost:5432/postgres",
  "postgresql://username:password@localhost:5432/database",
  "mysql://root:changeme@127.0.0.1/test",
  "mongodb+srv://<username>:<password>@cluster0.example.mongodb.net/",
  "redis://:password123@redis:6379",
  "https://user:$PASSWORD@example.com",
  "Server=localhost;User Id=sa;Password=your_password;",
  "DATABASE_URL=postgres://$DB_USER:$DB_PASSWORD@$DB_HOST/app",
];

const PROSE: readonly string[] = [
  "The quick brown fox jumps over the lazy dog, and nobody minds.",
  "A basic understanding of bearer tokens helps; the bearer of a token is whoever holds it.",
  "Keys of Anthropic begin with sk-ant-, those of GitHub with ghp_, those of AWS with AKIA or ASIA.",
  "Never commit secrets: use environment variables such as DB_PASSWORD or a vault.",
  "task-ant-farm, disk-usage-of-the-largest-directories, risk-assessment-for-small-businesses",
  "Die Donaudampfschifffahrtsgesellschaftskapitänswitwe wohnt in Regensburg.",
  "Le mot de passe ne doit jamais apparaître dans les journaux de l'application.",
  "Пароль не должен попадать в журнал. Ключ хранится отдельно.",
  "パスワードをログに書かないでください。鍵は別に保管します。",
  "密码不应写入日志。密钥应单独保存。",
  "كلمة المرور لا تكتب في السجل",
  "La contraseña se guarda en un gestor de contraseñas; la clave pública puede compartirse.",
  "Şifreyi kimseyle paylaşmayın; anahtarı güvenli bir yerde saklayın.",
  "👩‍👩‍👧‍👦 emoji, flags 🇩🇪🇫🇷, and ‮right‬ to left",
];

const CODE: readonly string[] = [
  "const key = process.env.API_KEY;\nif (!key) throw new Error('API_KEY is not set');",
  "headers: { authorization: `Bearer ${token}`, 'x-api-key': apiKey }",
  "password: { type: string, minLength: 8 }",
  "import { getSecretValueCommandWithDefaultCredentialProviderChain } from './aws.js';",
  ".sk-fading-circle .sk-circle-fade-dot:nth-child(12) { animation-delay: -0.1s }",
  "sk-learn-based-classification-of-documents-in-python-and-typescript",
  "https://example.com/a/very/long/path/with/many/segments?utm_source=newsletter&utm_medium=email",
  "https://cdn.example.com/assets/index-BvX9kQ2z.js",
  "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
  "git clone git@github.com:example/example.git",
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 user@host",
  "sha512-n6/zVgZ1xrYwWJvR7sZ3vZ5yq5mXTXkJqkQvG4bL0Vd6yU8kPnMxhY2cWb3K9eR1tA0oIuYtFgHjKlMnBvCxZQ==",
  "SELECT token, secret FROM api_keys WHERE password = $1 AND user_id = $2;",
  "docker run -e POSTGRES_PASSWORD=postgres -e POSTGRES_USER=postgres postgres:16",
  "npm_config_registry=https://registry.example.com npm_package_name=llm-do hf_transfer=1",
  "C:\\Users\\nina\\new\\token.txt \\\\server\\share\\report.docx",
  "\u001b[31merror\u001b[0m TS2345: Argument of type 'string' is not assignable",
  "%20%2F%3D%26 is what encodeURIComponent gives; 100% of them",
  "x = 1e308 * 10; y = 0xdeadbeefcafebabe; z = 3.141592653589793238462643383279",
  "+49 170 1234567, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00",
  "12345678:00:15 1732970000000 2026-11-30T13:48:44.123456Z",
  "sdk-version api-gateway pat-answer key-value fc-cache pa-system re_render fw_update",
  "isBasicAuthenticationRequired=false; basicAuthenticationHeaderNameForTests",
  "ghp_ npm_ xoxb- glpat- hvs. SG. AIza dapi shpat_ lin_api_ pypi-",
];

/** Machine output of every kind, random where machines are. */
function machineTexts(): readonly string[] {
  return [
    ...times(12, (n) => `${sha(`c${n}`, "sha1")} fix: number ${n}`),
    ...times(12, () => randomUUID()),
    ...times(12, (n) => `image@sha256:${sha(`i${n}`)}`),
    ...times(6, (n) => `"integrity": "sha512-${base64(64)}", "resolved": "a-${n}.tgz"`),
    ...times(6, () => `data:image/png;base64,${base64(3000)}`),
    ...times(4, () => (base64(900).match(/.{1,76}/g) ?? []).join("\n")),
    ...times(4, () => `-----BEGIN CERTIFICATE-----\n${base64(720)}\n-----END CERTIFICATE-----`),
    ...times(4, () => `-----BEGIN PUBLIC KEY-----\n${base64(90)}\n-----END PUBLIC KEY-----`),
    ...times(4, () => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${base64(32)} user@host`),
    ...times(6, (n) => `toolu_01${r(22)} msg_01${r(22)} call_${r(24)} resp_${r(48, HEX)} ${n}`),
    ...times(6, () => `etag: "${r(32, HEX)}" x-request-id: req_${r(24)}`),
    ...times(6, () => `{"next_page_token":"${r(44)}","cursor":"${base64(30)}"}`),
    ...times(4, (n) => times(20, (k) => `${sha(`${n}${k}`, "md5")}  file-${k}.txt`).join("\n")),
    ...times(4, (n) => `hf_transfer\n${sha(`t${n}`, "sha1")}\nnpm_package\n${sha(`u${n}`)}`),
    ...times(
      4,
      (n) => `exchange: ${sha(`e${n}`).slice(0, 16)}\nafter: ${sha(`f${n}`).slice(0, 16)}`,
    ),
    ...times(4, () => JSON.stringify(times(30, () => Number(`0.${r(16, "0123456789")}`)))),
    ...times(
      4,
      () => `eth 0x${r(40, HEX)} tx 0x${r(64, HEX)} btc bc1q${r(38, "0123456789acdefghj")}`,
    ),
    ...times(4, () =>
      JSON.stringify({ id: r(20), slug: r(12), etag: base64(16), hash: r(64, HEX) }),
    ),
    ...times(3, () => `task-${r(32, HEX)} disk-${r(40, HEX)} risk-${r(32)}`),
  ];
}

/** This project's own files: code, documentation, recordings, configuration. */
function projectTexts(): readonly string[] {
  const top = new URL("../../", import.meta.url).pathname;
  const folders = [
    "docs",
    "docs/testing",
    "docs/toolsets",
    "docs/decisions",
    "src/cassette",
    "src/cli",
  ];
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(top, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:md|ts)$/.test(entry.name))
      .map(({ name }) => join(folder, name)),
  );
  const files = [...inFolders, "README.md", "package.json", "package-lock.json", "biome.json"];
  return files.map((file) => readFileSync(join(top, file), "utf8"));
}

/** Texts of many kinds that hold no credential, by a name. */
export function ordinaryTexts(): readonly string[] {
  return [...PLACEHOLDERS, ...PROSE, ...CODE, ...machineTexts(), ...projectTexts()];
}
