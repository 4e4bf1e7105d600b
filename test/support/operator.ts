import { createHash, randomUUID } from 'node:crypto';
import { createAccount, createOperator, createUser, type KeyPair } from 'nkeys.js';

/** A user of {@link Operator}. */
export interface OperatorUser {
  jwt: string;
  seed: string;
  /** The text of a credentials file. */
  creds: string;
}

/** Seconds since 1970 at which a user's JWT ends, and whether it is good without its seed. */
export interface UserOptions {
  expires?: number;
  bearer?: boolean;
}

/** A server in operator mode, with one account that has JetStream: what a hosted NATS looks like. */
export interface Operator {
  /** For the server's configuration file. */
  config: string;
  makeUser(name: string, options?: UserOptions): OperatorUser;
}

const unlimited = { subs: -1, data: -1, payload: -1 };
const accountLimits = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const jetStreamLimits = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

export function makeOperator(): Operator {
  const operator = createOperator();
  const system = createAccount();
  const account = createAccount();
  const operatorJwt = encode(operator, operator, 'O', { type: 'operator', system_account: system.getPublicKey() });
  const systemJwt = encode(operator, system, 'SYS', { type: 'account', limits: accountLimits });
  const limits = { ...accountLimits, ...jetStreamLimits };
  const accountJwt = encode(operator, account, 'A', { type: 'account', limits });
  const config = `
    operator: ${operatorJwt}
    system_account: ${system.getPublicKey()}
    resolver: MEMORY
    resolver_preload: { ${system.getPublicKey()}: ${systemJwt}, ${account.getPublicKey()}: ${accountJwt} }`;
  return { config, makeUser: (name, options = {}) => makeUser(account, name, options) };
}

function makeUser(account: KeyPair, name: string, { expires, bearer }: UserOptions): OperatorUser {
  const user = createUser();
  const claims = { type: 'user', pub: {}, sub: {}, ...unlimited, ...(bearer ? { bearer_token: true } : {}) };
  const jwt = encode(account, user, name, claims, expires);
  const seed = new TextDecoder().decode(user.getSeed());
  const creds = [
    '-----BEGIN NATS USER JWT-----',
    jwt,
    '------END NATS USER JWT------',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seed,
    '------END USER NKEY SEED------',
    '',
  ].join('\n');
  return { jwt, seed, creds };
}

/** A NATS JWT: signed by the issuer's key over its first two parts. */
function encode(issuer: KeyPair, subject: KeyPair, name: string, nats: object, exp?: number): string {
  const claims = {
    jti: createHash('sha256').update(randomUUID()).digest('hex').toUpperCase(),
    iat: Math.floor(Date.now() / 1000) - 3600,
    ...(exp === undefined ? {} : { exp }),
    iss: issuer.getPublicKey(),
    name,
    sub: subject.getPublicKey(),
    nats: { ...nats, version: 2 },
  };
  const text = [{ typ: 'JWT', alg: 'ed25519-nkey' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${Buffer.from(issuer.sign(new TextEncoder().encode(text))).toString('base64url')}`;
}
