/** Random characters: of letters and digits, or of an alphabet. */
export type Characters = (length: number, alphabet?: string) => string;

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const HEX = `${DIGITS}abcdef`;
const WORD = `${UPPER}${LOWER}${DIGITS}`;
const URL = `${WORD}_-`;
const BASE64 = `${WORD}+/`;

/** Characters from a seed: the same ones each time. */
export function charactersFrom(seed: number): Characters {
  let state = Math.imul(seed, 2654435761) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let round = 0; round < 8; round++) next(); // the first ones are alike for like seeds
  return (length, alphabet = WORD) =>
    Array.from({ length }, () => alphabet[next() % alphabet.length]).join("");
}

const uuid = (r: Characters) => [8, 4, 4, 4, 12].map((length) => r(length, HEX)).join("-");
const base64 = (text: string) => Buffer.from(text).toString("base64");
const pem = (kind: string, r: Characters) =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${Array.from({ length: 6 }, () => r(64, BASE64)).join("\n")}\n`;

/** Credentials in the shape that their issuers give them, put together here: no scanner takes this file for a leak. */
export const MADE_UP_CREDENTIALS: Readonly<Record<string, (r: Characters) => string>> = {
  Anthropic: (r) => `sk-ant-api03-${r(93, URL)}AA`,
  "Anthropic admin": (r) => `sk-ant-admin01-${r(93, URL)}AA`,
  OpenAI: (r) => `sk-${r(20)}T3BlbkFJ${r(20)}`,
  "OpenAI project": (r) => `sk-proj-${r(74, URL)}T3BlbkFJ${r(74, URL)}`,
  "OpenAI service": (r) => `sk-svcacct-${r(58, URL)}T3BlbkFJ${r(58, URL)}`,
  OpenRouter: (r) => `sk-or-v1-${r(64, HEX)}`,
  DeepSeek: (r) => `sk-${r(32, HEX)}`,
  xAI: (r) => `xai-${r(80)}`,
  Groq: (r) => `gsk_${r(52)}`,
  Perplexity: (r) => `pplx-${r(48)}`,
  "Hugging Face": (r) => `hf_${r(34, UPPER + LOWER)}`,
  Replicate: (r) => `r8_${r(37)}`,
  NVIDIA: (r) => `nvapi-${r(64, URL)}`,
  Cerebras: (r) => `csk-${r(48, LOWER + DIGITS)}`,
  Fireworks: (r) => `fw_${r(24)}`,
  LangSmith: (r) => `lsv2_pt_${r(32, HEX)}_${r(10, HEX)}`,
  Pinecone: (r) => `pcsk_${r(6)}_${r(63)}`,
  Tavily: (r) => `tvly-dev-${r(32)}`,
  ElevenLabs: (r) => `sk_${r(48, HEX)}`,
  "Google API": (r) => `AIza${r(35, URL)}`,
  "Google OAuth secret": (r) => `GOCSPX-${r(28, URL)}`,
  "Google OAuth token": (r) => `ya29.${r(120, URL)}`,
  "AWS access": (r) => `AKIA${r(16, `${UPPER}234567`)}`,
  "AWS temporary": (r) => `ASIA${r(16, `${UPPER}234567`)}`,
  "AWS secret in an environment": (r) => `AWS_SECRET_ACCESS_KEY=${r(40, BASE64)}`,
  "AWS secret in a configuration": (r) => `aws_secret_access_key = ${r(40, BASE64)}`,
  "AWS secret in JSON": (r) => `{"SecretAccessKey": "${r(40, BASE64)}"}`,
  "Azure storage": (r) => `AccountName=a;AccountKey=${r(86, BASE64)}==;EndpointSuffix=x`,
  "Azure bus": (r) => `SharedAccessKeyName=Root;SharedAccessKey=${r(43, BASE64)}=`,
  "Azure client secret": (r) => `${r(3)}8Q~${r(34)}`,
  "Azure OpenAI": (r) => `${r(52)}JQQJ99${r(26)}`,
  DigitalOcean: (r) => `dop_v1_${r(64, HEX)}`,
  Alibaba: (r) => `LTAI${r(20)}`,
  Netlify: (r) => `nfp_${r(36)}`,
  Cloudflare: (r) => `CLOUDFLARE_API_TOKEN=${r(40, URL)}`,
  "Cloudflare origin": (r) => `v1.0-${r(24, HEX)}-${r(146, HEX)}`,
  Supabase: (r) => `sbp_${r(40, HEX)}`,
  "Supabase secret": (r) => `sb_secret_${r(31, URL)}`,
  PlanetScale: (r) => `pscale_tkn_${r(43, URL)}`,
  Vercel: (r) => `vcp_${r(56)}`,
  Databricks: (r) => `dapi${r(32, HEX)}`,
  Vault: (r) => `hvs.${r(95, URL)}`,
  Terraform: (r) => `${r(14)}.atlasv1.${r(67, URL)}`,
  Pulumi: (r) => `pul-${r(40, HEX)}`,
  Doppler: (r) => `dp.pt.${r(43)}`,
  age: (r) => `AGE-SECRET-KEY-1${r(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`,
  Tailscale: (r) => `tskey-auth-${r(17)}-${r(32)}`,
  GitHub: (r) => `ghp_${r(36)}`,
  "GitHub app": (r) => `ghs_${r(36)}`,
  "GitHub fine-grained": (r) => `github_pat_${r(22)}_${r(59)}`,
  GitLab: (r) => `glpat-${r(20, URL)}`,
  "GitLab runner": (r) => `glrt-${r(20, URL)}`,
  npm: (r) => `npm_${r(36)}`,
  "npm configuration": (r) => `//registry.example.com/:_authToken=${uuid(r)}`,
  PyPI: (r) => `pypi-AgEIcHlwaS5vcmc${r(150, URL)}`,
  RubyGems: (r) => `rubygems_${r(48, HEX)}`,
  "crates.io": (r) => `cio${r(32)}`,
  NuGet: (r) => `oy2${r(43, LOWER + DIGITS)}`,
  Docker: (r) => `dckr_pat_${r(27, URL)}`,
  CircleCI: (r) => `CCIPAT_${r(22)}_${r(40, HEX)}`,
  Atlassian: (r) => `ATATT3xFfGF0${r(180, URL)}`,
  Linear: (r) => `lin_api_${r(40)}`,
  Sentry: (r) => `sntrys_${r(150, BASE64)}`,
  Grafana: (r) => `glsa_${r(32)}_${r(8, HEX)}`,
  "New Relic": (r) => `NRAK-${r(27, UPPER + DIGITS)}`,
  Datadog: (r) => `DD_API_KEY=${r(32, HEX)}`,
  SonarQube: (r) => `sqp_${r(40, HEX)}`,
  Postman: (r) => `PMAK-${r(24, HEX)}-${r(34, HEX)}`,
  LaunchDarkly: (r) => `sdk-${uuid(r)}`,
  "Slack bot": (r) => `xoxb-${r(12, DIGITS)}-${r(12, DIGITS)}-${r(24)}`,
  "Slack app": (r) => `xapp-1-A${r(10, UPPER + DIGITS)}-${r(12, DIGITS)}-${r(64, HEX)}`,
  "Slack webhook": (r) =>
    `https://hooks.slack.com/services/T${r(8, UPPER)}/B${r(10, UPPER)}/${r(24)}`,
  Discord: (r) => `M${r(25)}.${r(6, URL)}.${r(38, URL)}`,
  Telegram: (r) => `${r(10, DIGITS)}:AA${r(33, URL)}`,
  Stripe: (r) => `sk_live_${r(24)}`,
  "Stripe restricted": (r) => `rk_live_${r(99)}`,
  "Stripe webhook": (r) => `whsec_${r(32)}`,
  SendGrid: (r) => `SG.${r(22, URL)}.${r(43, URL)}`,
  Twilio: (r) => `SK${r(32, HEX)}`,
  "Twilio token": (r) => `TWILIO_AUTH_TOKEN=${r(32, HEX)}`,
  Mailgun: (r) => `key-${r(32, HEX)}`,
  "Mailgun sending": (r) => `${r(32, HEX)}-${r(8, HEX)}-${r(8, HEX)}`,
  Mailchimp: (r) => `${r(32, HEX)}-us12`,
  Brevo: (r) => `xkeysib-${r(64, HEX)}-${r(16)}`,
  Resend: (r) => `re_${r(8)}_${r(24)}`,
  Notion: (r) => `ntn_${r(11, DIGITS)}${r(35)}`,
  "Notion of old": (r) => `secret_${r(43)}`,
  Figma: (r) => `figd_${r(40, URL)}`,
  Airtable: (r) => `pat${r(14)}.${r(64, HEX)}`,
  Asana: (r) => `1/${r(16, DIGITS)}:${r(32, HEX)}`,
  HubSpot: (r) => `pat-na1-${uuid(r)}`,
  Shopify: (r) => `shpat_${r(32, HEX)}`,
  Square: (r) => `sq0csp-${r(43, URL)}`,
  "Square access": (r) => `EAAA${r(60, URL)}`,
  Plaid: (r) => `access-production-${uuid(r)}`,
  DeepL: (r) => `${uuid(r)}:fx`,
  Contentful: (r) => `CFPAT-${r(43, URL)}`,
  "JSON web token": (r) => `eyJ${r(33, URL)}.eyJ${r(60, URL)}.${r(43, URL)}`,
  "RSA key": (r) => pem("RSA ", r),
  "OpenSSH key": (r) => pem("OPENSSH ", r),
  "key, without its end": (r) => `-----BEGIN PRIVATE KEY-----\n${r(64, BASE64)}`,
  "key in JSON": (r) => JSON.stringify({ private_key: pem("", r) }),
  "Bearer header": (r) => `Authorization: Bearer ${r(40)}`,
  "Basic header": (r) => `Authorization: Basic ${base64(`admin:${r(20)}`)}`,
  "key header": (r) => `x-api-key: ${r(32)}`,
  "address of a database": (r) => `postgres://app:${r(20)}@db.example.com:5432/app`,
  "address with a password": (r) => `https://user:${r(20)}@example.com/`,
  "key in an address": (r) => `https://example.com/v1/models?key=${r(39, URL)}`,
  "token in an address": (r) => `https://example.com/a?b=1&token=${r(32)}`,
  "connection string": (r) => `Server=db;User Id=sa;Password=${r(16)};Encrypt=true`,
};
