const HEX32 = "[a-f0-9]{32}";
const HEX40 = "[a-f0-9]{40}";
const HEX64 = "[a-f0-9]{64}";
export const UUID = "[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}";
/** No letter or digit follows: else it is something longer. */
const ENDS = "(?![A-Za-z0-9])";
/** Between the name of a field and its value, in code, headers, JSON and YAML. */
export const IS = String.raw`\\?["']?\s{0,4}(?:=>|:=|[:=])\s{0,4}\\?["']?`;

function letters(least: number, most = 400): string {
  return `[A-Za-z0-9]{${least},${most}}`;
}

/** Letters, digits, `_` and `-`. */
function words(least: number, most = 400): string {
  return `[A-Za-z0-9_-]{${least},${most}}`;
}

/** Base64 of either alphabet. */
function base64(least: number, most = 400): string {
  return `[A-Za-z0-9+/_-]{${least},${most}}={0,2}`;
}

/** The mark before it, of so many characters, does not go on from another word. */
function alone(characters: number): string {
  return `(?<=(?<![A-Za-z0-9_-]).{${characters}})`;
}

/** The marks, with a blank between two; then what follows them, as the source of an expression. */
type Row = readonly [name: string, marks: string, rest: string];

/** Makers and hosts of models. */
const MODELS: readonly Row[] = [
  ["an Anthropic key", "sk-ant-", words(20)],
  ["an OpenRouter key", "sk-or-", `(?:v1-)?(?<body>${letters(32)})`],
  ["a Langfuse key", "sk-lf-", UUID],
  ["an OpenAI key", "sk-proj- sk-svcacct- sk-admin- sk-None-", words(32)],
  // Without the prefix of a kind no hyphens: "sk-learn-..." is a word. So do DeepSeek and others.
  ["an OpenAI key", "sk-", `${alone(3)}${letters(32)}`],
  ["a Groq key", "gsk_", letters(40)],
  ["an xAI key", "xai-", letters(40)],
  ["a Perplexity key", "pplx-", letters(32)],
  ["a Hugging Face token", "hf_ api_org_", letters(30)],
  ["a Replicate token", "r8_", `${alone(3)}${letters(30)}`],
  ["an NVIDIA key", "nvapi-", words(50)],
  ["a Cerebras key", "csk-", letters(32)],
  ["a Fireworks key", "fw_", `${alone(3)}${letters(22, 60)}`],
  ["a Together key", "tgp_v1_", words(40)],
  ["an ElevenLabs key", "sk_", `${alone(3)}[a-f0-9]{48}${ENDS}`],
  ["a LangSmith key", "lsv2_pt_ lsv2_sk_", "[a-f0-9]{32}_[a-f0-9]{10}"],
  ["a Pinecone key", "pcsk_", words(40)],
  ["a Tavily key", "tvly-", `(?:dev-|prod-)?(?<body>${letters(24)})`],
  ["a Firecrawl key", "fc-", `${alone(3)}${HEX32}${ENDS}`],
  ["a Voyage key", "pa-", `${alone(3)}${words(40, 60)}`],
  ["a Jina key", "jina_", words(40)],
  ["an E2B key", "e2b_", HEX40],
  ["a Weights & Biases key", "wandb_v1_", words(40)],
];

/** Clouds, hosts and what runs there. */
const CLOUDS: readonly Row[] = [
  ["a Google API key", "AIza", `${words(35, 35)}${ENDS}`],
  ["a Google OAuth secret", "GOCSPX-", `${words(28, 28)}${ENDS}`],
  ["a Google OAuth token", "ya29.", words(30)],
  ["an AWS access key", "AKIA ASIA ABIA ACCA", `[A-Z0-9]{16}${ENDS}`],
  [
    "an AWS secret key",
    "aws_secret AWS_SECRET aws.secret secret_access_key SECRET_ACCESS_KEY secretAccessKey SecretAccessKey secret_key awsSecret",
    String.raw`[\w .-]{0,24}${IS}(?<body>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])`,
  ],
  ["an Amazon Bedrock key", "ABSK", base64(100)],
  ["an Azure key", "AccountKey= SharedAccessKey=", base64(43)],
  ["an Azure signature", "sig=", "[A-Za-z0-9%+/]{40,120}"],
  ["a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_ dos_v1_ dot_v1_", HEX64],
  ["an Alibaba Cloud key", "LTAI", `${letters(17, 21)}${ENDS}`],
  ["a Heroku key", "HRKU-", words(36)],
  ["a Fly token", "fm1_ fm2_ fm1r_ fm1a_", base64(100)],
  ["a Netlify token", "nfp_ nfc_ nfo_ nfu_ nfb_", letters(36)],
  ["a Cloudflare token", "cfut_ cfat_ cfk_", letters(40)],
  ["a Cloudflare origin key", "v1.0-", "[a-f0-9]{24}-[a-f0-9]{146}"],
  [
    "a Cloudflare token",
    "cloudflare_api CLOUDFLARE_API CF_API cloudflareApi",
    `_?(?:token|TOKEN|key|KEY|Token|Key)${IS}(?<body>${words(37, 45)})${ENDS}`,
  ],
  ["a Supabase key", "sbp_ sb_secret_", words(31)],
  ["a PlanetScale token", "pscale_tkn_ pscale_pw_ pscale_oauth_", "[A-Za-z0-9_.=-]{32,64}"],
  ["a Vercel token", "vcp_ vci_ vca_ vcr_ vck_", letters(24)],
  ["a Databricks token", "dapi", `[a-f0-9]{32}(?:-[0-9])?${ENDS}`],
  ["a Vault token", "hvs. hvb. hvr.", words(24, 1000)],
  [
    "a Terraform token",
    "atlasv1.",
    String.raw`(?<=[A-Za-z0-9]{14}\.atlasv1\.)[A-Za-z0-9_=-]{60,70}`,
  ],
  ["a Pulumi token", "pul-", HEX40],
  [
    "a Doppler token",
    "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.",
    String.raw`(?:[a-z0-9_-]{2,35}\.)?(?<body>${letters(40)})`,
  ],
  ["a 1Password token", "ops_", "eyJ[A-Za-z0-9+/_-]{100,2000}={0,3}"],
  ["an age key", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"],
  ["a Tailscale key", "tskey-", `(?:auth-|api-|client-)?(?<body>${words(17, 80)})`],
  ["an Okta token", "SSWS", `\\s(?<body>${words(42, 42)})${ENDS}`],
];

/** Forges, registries, and what builds, watches and checks code. */
const CODE: readonly Row[] = [
  ["a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", "[A-Za-z0-9_]{36,255}"],
  ["a GitHub token", "github_pat_", "[A-Za-z0-9_]{60,255}"],
  [
    "a GitLab token",
    "glpat- gloas- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- glwt-",
    "[A-Za-z0-9_.-]{20,300}",
  ],
  ["a GitLab token", "GR1348941", words(20, 30)],
  ["an npm token", "npm_", letters(36)],
  [
    "an npm token",
    "_authToken",
    String.raw`\s{0,2}=\s{0,2}["']?(?<body>[A-Za-z0-9_+/.-]{20,400}={0,2})`,
  ],
  ["npm credentials", "_auth _password", String.raw`\s{0,2}=\s{0,2}["']?(?<body>${base64(12)})`],
  ["a PyPI token", "pypi-", words(50, 600)],
  ["a RubyGems key", "rubygems_", "[a-f0-9]{48}"],
  ["a crates.io token", "cio", `${letters(32, 32)}${ENDS}`],
  ["a NuGet key", "oy2", `[a-z0-9]{43}${ENDS}`],
  ["a Clojars token", "CLOJARS_", "[a-z0-9]{60}"],
  ["a Docker token", "dckr_pat_ dckr_oat_", words(27)],
  ["a Buildkite token", "bkua_ bka_ bkaj_ bkct_", letters(40)],
  ["a CircleCI token", "CCIPAT_ CCIPRJ_", "[A-Za-z0-9]{20,24}_[a-f0-9]{40}"],
  ["an Atlassian token", "ATATT3x ATCTT3x ATBB ATSST3x", "[A-Za-z0-9_=-]{24,400}"],
  ["a Linear key", "lin_api_ lin_oauth_ lin_wh_", letters(32)],
  ["a Sentry token", "sntrys_ sntryu_", "[A-Za-z0-9_+/=-]{40,500}"],
  ["a Grafana token", "glsa_ glc_", "[A-Za-z0-9_+/=-]{32,500}"],
  ["a Grafana key", "eyJrIjoi", base64(50)],
  ["a New Relic key", "NRAK- NRRA- NRII- NRJS- NRBR-", words(19)],
  [
    "a Datadog key",
    "datadog_ DATADOG_ DD_ DD- datadog-",
    `(?:api|API|app|APP)[_-]?(?:key|KEY)${IS}(?<body>[a-f0-9]{32}(?:[a-f0-9]{8})?)${ENDS}`,
  ],
  ["a Dynatrace token", "dt0c01. dt0s01. dt0s16.", String.raw`[A-Z0-9]{24}\.[A-Z0-9]{64}`],
  ["a SonarQube token", "sqp_ squ_ sqa_", HEX40],
  ["a Postman key", "PMAK-", "[a-f0-9]{24}-[a-f0-9]{34}"],
  ["a Snyk token", "snyk_uat. snyk_sat.", "[A-Za-z0-9_.-]{40,400}"],
  ["a Prefect key", "pnu_ pnb_", letters(36)],
  ["a LaunchDarkly key", "api- sdk- rel-", `${UUID}${ENDS}`],
  ["an Infracost key", "ico-", letters(32)],
  ["a Sourcegraph token", "sgp_", `(?:[a-f0-9]{16}_|local_)?(?<body>${HEX40})`],
];

/** What people talk, pay, sell and write with. */
const SERVICES: readonly Row[] = [
  [
    "a Slack token",
    "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xoxc- xoxe.xoxb- xoxe.xoxp-",
    "[A-Za-z0-9-]{10,400}",
  ],
  ["a Slack token", "xapp-", "[0-9]-[A-Za-z0-9-]{20,400}"],
  [
    "a Slack webhook",
    "hooks.slack.com/ hooks.slack-gov.com/",
    "(?:services|workflows|triggers)/(?<body>[A-Za-z0-9/]{24,120})",
  ],
  [
    "a Discord webhook",
    "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
    String.raw`\d{17,20}/(?<body>${words(60, 80)})`,
  ],
  [
    "a Teams webhook",
    "webhook.office.com/webhookb2/",
    `[a-f0-9@-]{36,80}/IncomingWebhook/(?<body>${HEX32})`,
  ],
  ["a Stripe key", "sk_live_ rk_live_ sk_test_ rk_test_", letters(20)],
  ["a Stripe secret", "whsec_", base64(24)],
  ["a SendGrid key", "SG.", String.raw`[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}`],
  ["a Twilio key", "SK", `${HEX32}${ENDS}`],
  ["a Twilio token", "twilio TWILIO", String.raw`[\w .-]{0,24}${IS}(?<body>${HEX32})${ENDS}`],
  ["a Mailgun key", "key-", `${alone(4)}${HEX32}${ENDS}`],
  ["a Brevo key", "xkeysib-", "[a-f0-9]{64}-[A-Za-z0-9]{16}"],
  ["a Resend key", "re_", `${alone(3)}[A-Za-z0-9]{8}_[A-Za-z0-9]{24}`],
  ["a Notion token", "ntn_ secret_", `${letters(40, 60)}${ENDS}`],
  ["a Figma token", "figd_ figo_ figu_ figor_ figur_", words(36)],
  ["an Airtable token", "pat", String.raw`[A-Za-z0-9]{14}\.(?<body>${HEX64})`],
  ["an Asana token", "0/ 1/ 2/", `[0-9]{15,17}(?:/[0-9]{15,17})?:(?<body>${HEX32})${ENDS}`],
  ["a HubSpot token", "pat-", `(?:na|eu|ap)[0-9]-(?<body>${UUID})`],
  ["a Shopify token", "shpat_ shpca_ shppa_ shpss_ shpua_ shptka_", "[a-fA-F0-9]{32,64}"],
  ["a Square token", "sq0atp- sq0csp- sq0idp-", words(22)],
  ["a Square token", "EAAA", `${words(59, 62)}(?![A-Za-z0-9_-])`],
  ["a Facebook token", "EAAC EAAG EAAB", letters(80)],
  ["a Twitter token", "AAAAAAAAAAAAAAAAAAAAA", "A{0,6}(?<body>[A-Za-z0-9%]{60,120})"],
  ["a PayPal token", "access_token$production$", String.raw`[a-z0-9]{16}\$(?<body>${HEX32})`],
  ["a Razorpay key", "rzp_live_", letters(14)],
  ["a Plaid token", "access-sandbox- access-development- access-production-", UUID],
  ["a Shippo token", "shippo_live_ shippo_test_", HEX40],
  ["an EasyPost key", "EZAK EZTK", letters(54)],
  ["a Dropbox token", "sl.", words(130, 2000)],
  ["a Contentful token", "CFPAT-", words(43)],
  ["a Typeform token", "tfp_", "[A-Za-z0-9_.-]{40,80}"],
  ["an Intercom token", "dG9rOg", base64(40, 90)],
  ["a Mapbox token", "sk.", String.raw`eyJ[A-Za-z0-9_-]{40,200}\.[A-Za-z0-9_-]{20,40}`],
  ["a ReadMe key", "rdme_", "[a-z0-9]{70}"],
  ["an Adafruit key", "aio_", `${letters(28, 28)}${ENDS}`],
];

/**
 * Formats by which issuers mark their credentials. Written from common knowledge of them and not
 * checked against each issuer's own pages: a format may be missing or may have changed, so this is a
 * net and no proof.
 */
export const ISSUERS: readonly Row[] = [...MODELS, ...CLOUDS, ...CODE, ...SERVICES];
