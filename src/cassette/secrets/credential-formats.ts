import { isPlaceholder, isStrong } from "./guessable.ts";
import { IS, ISSUERS, UUID } from "./issuers.ts";

/** How an issuer writes its credentials. */
export interface CredentialFormat {
  /** As in "holds a GitHub token". */
  readonly name: string;
  /** Texts that it begins with; what stands before them is no letter and no digit. */
  readonly marks: readonly string[];
  /** What follows a mark; its group `body` is the random part, or else it is all random. */
  readonly rest: RegExp;
  /** For marks of one character: a sign that stands so far behind it. */
  readonly sign?: { readonly character: string; readonly least: number; readonly most: number };
  /** Whether the random part makes it a credential. */
  readonly accepts: (body: string) => boolean;
}

/** Lines of fields may stand before the key itself; every line may end in an escaped break. */
const PEM =
  /[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?:\s|\\+[nrt])+[A-Za-z-]+: [^\n\\]{0,80}){0,4}(?:\s|\\+[nrt])*(?<body>[A-Za-z0-9+/=](?:(?:\s|\\+[nrt])*[A-Za-z0-9+/=]){39})(?!(?:\s|\\+n)*(?:\.\.\.|…))/y;

/** Parameters of an address that hold a credential. */
const PARAMETERS = ["key=", "token=", "access_token=", "sig="].flatMap((name) => [
  `?${name}`,
  `&${name}`,
]);

const DIGITS = [..."0123456789"];
const HEX_DIGITS = [...DIGITS, ..."abcdef"];

/** Forms that many issuers share, and those that a mark at the beginning does not tell. */
const SHARED: readonly CredentialFormat[] = [
  {
    name: "a JSON web token",
    marks: ["eyJ"],
    rest: /[A-Za-z0-9_-]{10,2000}\.(?<body>eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,1000})/y,
    accepts: (body) => !isSampleToken(body),
  },
  {
    name: "a private key",
    marks: ["-----BEGIN "],
    rest: PEM,
    accepts: (body) => !isPlaceholder(body.replace(/\\+[nrt]|\s/g, "")),
  },
  {
    name: "a Bearer token",
    marks: ["Bearer", "bearer", "BEARER"],
    rest: /(?:\s|%20|\+){1,3}["']?(?<body>[A-Za-z0-9._~+/-]{20,4000}={0,2})/y,
    accepts: (body) => !isSampleToken(body.slice(body.indexOf(".") + 1)) && !isPlaceholder(body),
  },
  {
    name: "credentials of Basic authentication",
    marks: ["Basic", "basic", "BASIC"],
    rest: /\s{1,3}["']?(?<body>[A-Za-z0-9+/_-]{10,400}={0,2})(?![A-Za-z0-9])/y,
    accepts: isBasic,
  },
  {
    name: "an API key",
    marks: ["api_key", "apikey", "api-key", "apiKey", "API_KEY", "Api-Key", "API-KEY", "APIKEY"],
    rest: new RegExp(`${IS}(?<body>[A-Za-z0-9_.+/-]{24,200}={0,2})`, "y"),
    accepts: (body) => /\d|[a-z][A-Z]/.test(body) && /[A-Za-z]/.test(body) && !isPlaceholder(body),
  },
  {
    name: "a password in an address",
    marks: ["://"],
    rest: /[^\s:/?#@"'<>{}$]{0,80}:(?<body>[^\s/?#@"'<>{}$*\\]{8,200})(?=@[A-Za-z0-9[])/y,
    accepts: isStrong,
  },
  {
    name: "a credential in an address",
    marks: PARAMETERS,
    rest: /(?<body>[A-Za-z0-9._~%+/-]{20,1000})/y,
    accepts: isRandom,
  },
  {
    name: "a password of a connection string",
    marks: ["Password=", "password=", "Pwd=", "PWD=", "pwd="],
    rest: /(?<=;\s{0,2}\w{3,8}=)(?<body>[^\s;"'<>{}$*\\]{8,200})/y,
    accepts: isStrong,
  },
  {
    name: "an Azure client secret",
    marks: ["Q~"],
    rest: /(?<=(?<![A-Za-z0-9_.-])[A-Za-z0-9_~.-]{3}[0-9]Q~)(?<body>[A-Za-z0-9_~.-]{31,34})(?!\.*[A-Za-z0-9_~-])/y,
    accepts: isRandom,
  },
  {
    name: "an Azure OpenAI key",
    marks: ["JQQJ"],
    rest: /(?<=(?<![A-Za-z0-9])(?<body>[A-Za-z0-9]{52})JQQJ)[A-Za-z0-9]{28}(?![A-Za-z0-9])/y,
    accepts: isRandom,
  },
  {
    name: "a Telegram token",
    marks: DIGITS,
    sign: { character: ":", least: 8, most: 10 },
    rest: /[0-9]{7,9}:(?<body>[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/y,
    accepts: isRandom,
  },
  {
    name: "a Discord token",
    marks: ["M", "N", "O"],
    sign: { character: ".", least: 24, most: 28 },
    rest: /[A-Za-z0-9]{23,27}\.[A-Za-z0-9_-]{6}\.(?<body>[A-Za-z0-9_-]{27,40})/y,
    accepts: isRandom,
  },
  {
    name: "a Mailgun key",
    marks: HEX_DIGITS,
    sign: { character: "-", least: 32, most: 32 },
    rest: /[a-f0-9]{31}-[a-f0-9]{8}-[a-f0-9]{8}(?![A-Za-z0-9-])/y,
    accepts: isRandom,
  },
  {
    name: "a Mailchimp key",
    marks: ["-us"],
    rest: /(?<=(?<![A-Za-z0-9])(?<body>[a-f0-9]{32})-us)[0-9]{1,2}(?![A-Za-z0-9])/y,
    accepts: isRandom,
  },
  {
    name: "a DeepL key",
    marks: [":fx"],
    rest: new RegExp(`(?<=(?<![A-Za-z0-9-])(?<body>${UUID}):fx)(?![A-Za-z0-9])`, "y"),
    accepts: isRandom,
  },
];

/** Marks that stand within a word, and are searched for anywhere. */
export const INNER_MARKS: readonly string[] = ["://", "Q~", "JQQJ", "-us", ":fx", ...PARAMETERS];

export const CREDENTIAL_FORMATS: readonly CredentialFormat[] = [
  ...ISSUERS.map(([name, marks, rest]) => ({
    name,
    marks: marks.split(" "),
    rest: new RegExp(rest, "y"),
    accepts: isRandom,
  })),
  ...SHARED,
];

function isRandom(body: string): boolean {
  return !isPlaceholder(body);
}

/** Tokens that documentation shows: of a person called Doe, a number that is counted up, an example. */
function isSampleToken(body: string): boolean {
  const [payload = "", signature = ""] = body.split(".", 2);
  const claims = Buffer.from(payload, "base64url").toString("latin1");
  const isSample = /"(?:1234567890|John Doe|Jane Doe)"|example\.(?:com|org)|1516239022/.test(
    claims,
  );
  return isSample || isPlaceholder(signature);
}

/** `user:password` in base64. */
function isBasic(body: string): boolean {
  const text = Buffer.from(body, "base64").toString("latin1");
  const password = /^[\x20-\x7e]{0,200}?:(.*)$/s.exec(text)?.[1];
  return password !== undefined && /^[\x20-\x7e]+$/.test(password) && isStrong(password);
}
