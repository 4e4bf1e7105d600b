import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its private key as PEM texts. */
export interface Certificate {
  cert: string;
  key: string;
}

/** What a test asks of a certificate; everything else is as plain as can be. */
export interface CertificateRequest {
  /** DNS names and IPv4 addresses that the holder may go by. */
  names?: string[];
  /** The authority that signs; without it the certificate signs itself and is an authority. */
  issuer?: Certificate;
  /** Ended an hour ago instead of ending in a day. */
  expired?: boolean;
}

const oids = {
  commonName: '550403',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
  ecdsaWithSha256: '2a8648ce3d040302',
};

/** Makes an X.509 certificate (ECDSA P-256) in memory, so that tests need no `openssl` on the machine. */
export function makeCertificate(commonName: string, request: CertificateRequest = {}): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const own = { name: commonName, key: privateKey };
  const issuer = request.issuer === undefined ? own : { name: nameOf(request.issuer), key: request.issuer.key };
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const tbs = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(8)),
    algorithm,
    distinguishedName(issuer.name),
    validity(request.expired === true),
    distinguishedName(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(hasExtensions(request) ? [der(0xa3, sequence(...extensions(request)))] : []),
  );
  const certificate = sequence(tbs, algorithm, bitString(sign('sha256', tbs, issuer.key)));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  names.set(key, commonName);
  return { cert: pem('CERTIFICATE', certificate), key };
}

/** Names by key, so that an issuer's need not be parsed out of its certificate again. */
const names = new Map<string, string>();

function nameOf({ key }: Certificate): string {
  const name = names.get(key);
  if (name === undefined) throw new Error(`not one of ours: ${createPublicKey(key).asymmetricKeyType}`);
  return name;
}

/** An empty list of extensions is malformed. */
function hasExtensions({ names: altNames, issuer }: CertificateRequest): boolean {
  return altNames !== undefined || issuer === undefined;
}

function extensions({ names: altNames, issuer }: CertificateRequest): Buffer[] {
  const list: Buffer[] = [];
  const yes = der(0x01, Buffer.from([0xff]));
  if (issuer === undefined) list.push(sequence(oid(oids.basicConstraints), yes, octets(sequence(yes))));
  if (altNames !== undefined) {
    const entries = altNames.map((name) =>
      isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
    );
    list.push(sequence(oid(oids.subjectAltName), octets(sequence(...entries))));
  }
  return list;
}

function validity(expired: boolean): Buffer {
  const hour = 3_600_000;
  const at = (time: number) => {
    const digits = new Date(time).toISOString().replace(/\D/g, '').slice(2, 14);
    return der(0x17, Buffer.from(`${digits}Z`));
  };
  const end = Date.now() + (expired ? -1 : 24) * hour;
  return sequence(at(Date.now() - 24 * hour), at(end));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(oids.commonName), der(0x0c, Buffer.from(commonName)))));
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...content: Buffer[]) => der(0x30, ...content);
const octets = (content: Buffer) => der(0x04, content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const bitString = (content: Buffer) => der(0x03, Buffer.from([0]), content);

/** A positive integer: the first bit is cleared, and the first byte is never 0. */
function integer(bytes: Buffer): Buffer {
  return der(0x02, Buffer.from([((bytes[0] ?? 0) & 0x7f) | (bytes.length > 1 ? 0x40 : 0)]), bytes.subarray(1));
}

function pem(what: string, content: Buffer): string {
  const lines = content.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${what}-----\n${lines}\n-----END ${what}-----\n`;
}
