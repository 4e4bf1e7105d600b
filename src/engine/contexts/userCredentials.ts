/** The user JWT and NKEY seed of a credentials file. */
export interface UserCredentials {
  jwt: string;
  seed: string;
}

// A block between two lines of dashes; which block is which, its order says, as for the official clients.
const block = /-{3,}[^\n]*-{3,}\r?\n\s*([\w\-.=]+)\s*\r?\n\s*-{3,}[^\n]*-{3,}/g;
const seedPattern = /^S[AOUNCX][A-Z2-7]{56}$/;

/** Reads the text of a credentials file, or says with undefined that it is none. */
export function parseUserCredentials(text: string): UserCredentials | undefined {
  const [jwt, seed] = blocks(text);
  if (jwt === undefined || seed === undefined || !looksLikeJwt(jwt) || !seedPattern.test(seed)) return undefined;
  return { jwt, seed };
}

/** The seed in an NKEY file: alone on a line, or in a block of its own; undefined if there is none. */
export function parseSeed(text: string): string | undefined {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .find((line) => seedPattern.test(line));
}

/** A user JWT, alone or in a block; undefined if it is none. */
export function parseJwt(text: string): string | undefined {
  const jwt = blocks(text)[0] ?? text.trim();
  return looksLikeJwt(jwt) ? jwt : undefined;
}

function blocks(text: string): string[] {
  return [...text.matchAll(block)].map((match) => match[1] ?? '');
}

function looksLikeJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}
