/** `1 message`, `12,345 messages`. */
export function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? what : `${what}s`}`;
}

/** Joins what there is to say: `12 messages · 3.1 KiB`. Empty parts and undefined are left out. */
export function phrase(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
