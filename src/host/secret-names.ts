const SECRET_NAME =
  /(?:^|_)(?:KEY|TOKEN|CREDENTIALS?|PASS|PAT)(?:_|$)|_PWD$|SECRET|PASSWORD|PASSWD|PASSPHRASE|APIKEY/i;

/** Variables of such names that hold something public: a path, a socket, a fingerprint. */
const PUBLIC_NAME =
  /(?:_FILE|_PATH|_DIR|_SOCK|_ID|_URL)$|^GPG_KEY$|^GOOGLE_APPLICATION_CREDENTIALS$|^npm_(?:package|lifecycle)_/;

/** Whether an environment variable of this name is taken to hold a credential. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !PUBLIC_NAME.test(name);
}
