/**
 * @typedef {object} Measurement
 * @property {string} server its version
 * @property {string} operation
 * @property {string} who
 * @property {number} rate MB of the stream a second
 */

/**
 * Prints the middle, the least and the most of each row's measurements.
 * @param {Measurement[]} measurements
 */
export function printTable(measurements) {
  /** @type {Map<string, { key: string[], rates: number[] }>} */
  const rows = new Map();
  for (const { server, operation, who, rate } of measurements) {
    const key = [server, operation, who];
    const row = rows.get(key.join()) ?? { key, rates: [] };
    row.rates.push(rate);
    rows.set(key.join(), row);
  }
  const place = (/** @type {{ key: string[] }} */ row) => row.key.slice(0, 2).join();
  const inOrder = [...rows.values()].sort((a, b) => place(a).localeCompare(place(b)));
  const lines = inOrder.map(({ key, rates }) => {
    const sorted = rates.toSorted((a, b) => a - b);
    return [...key, ...[median(sorted), sorted.at(0), sorted.at(-1)].map((rate) => (rate ?? 0).toFixed(0))];
  });
  for (const line of [['server', 'operation', '', 'median', 'min', 'max'], ...lines]) {
    console.log(line.map((cell, index) => (index < 3 ? cell.padEnd(12) : cell.padStart(8))).join(''));
  }
}

/** @param {number[]} sorted */
function median(sorted) {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
