/**
 * Why a stream cannot have so many replicas; undefined where it can, or where only the servers of a cluster know.
 *
 * @param replicas 0 stands for 1
 */
export function replicasProblem(
  replicas: bigint,
  clustered: boolean,
): { rule: string; allowed: string; code: number } | undefined {
  if (replicas < 0n || replicas > 5n) {
    return { rule: 'a stream has 1 to 5 replicas', allowed: 'a number from 1 to 5', code: 10052 };
  }
  if (replicas <= 1n || clustered) return undefined;
  return { rule: 'this server is not in a cluster', allowed: '1', code: 10074 };
}
