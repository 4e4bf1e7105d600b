const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `13 MiB`, `1.5 GiB`: binary units, one decimal below ten. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
