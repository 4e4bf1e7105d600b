import type { ClusterInfo, StreamInfo } from '../../../engine';

/** What is wrong with a stream's raft group, worst first. */
export type TroubleKind = 'lostQuorum' | 'noLeader' | 'offlineReplica' | 'laggingReplica';

export interface Trouble {
  kind: TroubleKind;
  /** In one sentence, for a tooltip. */
  text: string;
}

/** Streams that no server answered for when all were listed. */
export const unanswered: Trouble = {
  kind: 'noLeader',
  text: 'No server answers for this stream: it has no leader, or its servers are gone.',
};

/** What is wrong with a stream, as its leader saw it; undefined on a server without a cluster. */
export function troubleOf({ config, cluster }: Pick<StreamInfo, 'config' | 'cluster'>): Trouble | undefined {
  if (cluster === undefined) return undefined;
  return troubleOfGroup(cluster, config.num_replicas ?? 1);
}

/** @param replicas how many the group should have; the quorum is the smallest majority of them */
export function troubleOfGroup({ leader, replicas: peers }: ClusterInfo, replicas: number): Trouble | undefined {
  const offline = peers.filter((peer) => peer.offline);
  const lagging = peers.filter((peer) => !peer.offline && !peer.current);
  const quorum = Math.floor(replicas / 2) + 1;
  const reachable = replicas - offline.length;
  if (reachable < quorum) {
    const text = `Quorum is lost: ${reachable} of ${replicas} replicas can be reached, ${quorum} are needed.`;
    return { kind: 'lostQuorum', text: `${text} Offline: ${namesOf(offline)}.` };
  }
  if (leader === undefined) return { kind: 'noLeader', text: 'There is no leader: nothing can be written or read.' };
  if (offline.length > 0) return { kind: 'offlineReplica', text: `Offline: ${namesOf(offline)}.` };
  if (lagging.length > 0) return { kind: 'laggingReplica', text: `Not current: ${namesOf(lagging)}.` };
  return undefined;
}

function namesOf(peers: ClusterInfo['replicas']): string {
  return peers.map((peer) => peer.name).join(', ');
}
