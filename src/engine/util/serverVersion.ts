/** Whether a server's version is 2.minor.patch or later; a version that cannot be read counts as the oldest. */
export function isAtLeast(version: string, minor: number, patch = 0): boolean {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [actualMajor, actualMinor, actualPatch] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (actualMajor !== 2) return actualMajor > 2;
  return actualMinor > minor || (actualMinor === minor && actualPatch >= patch);
}

/** The server is 2.minor; 0 for a version that cannot be read. */
export function minorOf(version: string): number {
  return Number(/^v?2\.(\d+)\./.exec(version)?.[1] ?? 0);
}
