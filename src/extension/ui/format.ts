/** `1 message`, `12,345 messages`. */
export function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? what : `${what}s`}`;
}

/** Joins what there is to say: `12 messages · 3.1 KiB`. Empty parts and undefined are left out. */
export function phrase(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** `2 h ago`; both are milliseconds since 1970. */
export function describeAge(time: number, now: number): string {
  const minutes = Math.floor((now - time) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / (24 * 60))} days ago`;
}

/** `2026-11-23 12:00` in this machine's time zone, of milliseconds since 1970: for rows, where room is short. */
export function describeMinute(time: number): string {
  return describeTime(time).slice(0, -':00'.length);
}

/** `2026-11-23 12:00:00` in this machine's time zone, of milliseconds since 1970. */
export function describeTime(time: number): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
