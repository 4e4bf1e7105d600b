import type { JsonObject } from '../model';
import { parseJson } from '../util/losslessJson';

/** When a user JWT ends, or undefined if it does not or cannot be read. Its signature is not looked at. */
export function expiryOfJwt(jwt: string): Date | undefined {
  try {
    const claims = parseJson(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { exp } = claims as JsonObject;
    return typeof exp === 'number' && exp > 0 ? new Date(exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}
