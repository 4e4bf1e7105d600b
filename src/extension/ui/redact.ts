/** What a text must not show, and what stands in its place. */
const secrets: readonly [RegExp, string][] = [
  // user:password@ and token@ in an address
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1…@'],
  // JSON Web Tokens: user and account JWTs
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){1,2}/g, '…jwt…'],
  // NKEY seeds and private keys, which begin with S or P; public keys may be shown
  [/\b[SP][A-Z2-7]{57}\b/g, '…seed…'],
  // PEM blocks
  [/-----BEGIN [^-]*(?:PRIVATE KEY|SEED|JWT)-----[\s\S]*?(?:-----END [^-]*-----+|$)/g, '…key…'],
  // "password": "x", token=x
  [/((?:password|passwd|token|user_seed|user_jwt|secret)["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|[^\s,;}]+)/gi, '$1…'],
];

/**
 * Takes secrets out of a text before it is logged or shown. The engine's messages hold none; this guards against texts
 * of others: the server, the client library, the file system.
 */
export function redact(text: string): string {
  return secrets.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
