import { readFileSync } from 'node:fs';

/**
 * Bytes that came over TCP from this port of this machine and that the kernel keeps, because nobody has read them yet.
 * Linux only.
 */
export function bytesWaitingFrom(port: number): number {
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  // sl, local address, remote address, state, bytes to send and bytes to read; all in hexadecimal.
  const fields = lines.map((line) => line.trim().split(/[\s:]+/));
  const mine = fields.filter(([, , , , remotePort = '']) => parseInt(remotePort, 16) === port);
  return mine.reduce((sum, [, , , , , , , toRead = '0']) => sum + parseInt(toRead, 16), 0);
}
