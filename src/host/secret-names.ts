const SECRET_NAME =
  /(?:^|_)(?:KEYS?|TOKENS?|CREDENTIALS?|CREDS?|PASS|PAT|AUTH|AUTHORIZATION|COOKIES?|JWTS?)(?:_|$)|_PWD$|SECRET|PASSWORD|PASSWD|PASSPHRASE|APIKEY|AUTHTOKEN/i;

/** Variables of such names that hold something public: a path, a socket, a fingerprint. */
const PUBLIC_NAME =
  /(?:_FILE|_PATH|_DIR|_SOCK|_ID|_URL|_URI|_NAME)$|(?:^|_)(?:PUBLIC|PUBLISHABLE)_|^GPG_KEY$|^GOOGLE_APPLICATION_CREDENTIALS$|^npm_(?:package|lifecycle)_/;

/** Whether an environment variable, a header or a field of this name is taken to hold a credential. */
export function isSecretName(name: string): boolean {
  // `authToken`, `//registry.example.com/:_authToken` and `x-api-key` are words as well.
  const words = name.replace(/([a-z\d])(?=[A-Z])/g, "$1_").replace(/[^A-Za-z\d]+/g, "_");
  return SECRET_NAME.test(words) && !PUBLIC_NAME.test(name);
}
