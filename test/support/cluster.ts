import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { eventually } from './eventually';
import { startNatsServer, type NatsServer } from './natsServer';
import { withClient } from './sampleStreams';
import { natsServerVersions } from './tools';

const size = 3;
/** The ports for routes are chosen before the servers take them; another program may be faster. */
const attempts = 5;
/** Three servers on a busy machine take their time to find each other. */
const patienceMs = 60_000;

/** Three real nats-servers with routes to each other. */
export interface Cluster {
  readonly name: string;
  readonly version: string;
  readonly servers: readonly NatsServer[];
  /** Of the first server. */
  readonly url: string;
  /** Ends all three whatever their state. Safe to call twice. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  version: string;
  /** Text added to the configuration of each server. */
  config?: string;
}

/** Starts a cluster and resolves when each of its servers can take part in a stream. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const name = `test-${crypto.randomUUID()}`;
  const servers = await startServers(name, options);
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    await eventually(() => probe(servers), patienceMs);
    return { name, version: options.version, servers, url: servers[0]?.url ?? '', stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(name: string, options: ClusterOptions): Promise<NatsServer[]> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await freePorts(size);
    const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
    const starts = ports.map((port, index) =>
      startNatsServer({
        version: options.version,
        config:
          `server_name: n${index + 1}\n` +
          `cluster { name: "${name}", listen: "127.0.0.1:${port}", routes: [${routes}] }\n${options.config ?? ''}`,
      }),
    );
    const started = await Promise.allSettled(starts);
    const servers = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const failures = started.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
    if (failures.length === 0) return servers;
    await Promise.all(servers.map((server) => server.stop()));
    const collided = failures.every(({ message }) => message.includes('address already in use'));
    if (!collided || attempt === attempts) throw new AggregateError(failures, failures[0]?.message);
  }
}

/** Ports that nobody has: all are held until the last is known, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const held = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(held.map((server) => once(server, 'listening')));
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** A stream with a replica on every server can be made only when all are there and have a leader. */
async function probe(servers: readonly NatsServer[]): Promise<void> {
  for (const [index, server] of servers.entries()) {
    const name = `PROBE-${index}`;
    await withClient(server.url, async (_, jsm) => {
      await jsm.streams.add({ name, subjects: [name], num_replicas: size });
      await jsm.streams.delete(name);
    });
  }
}

/** One `describe` a server version, with a cluster that lives as long as its tests. */
export function eachCluster(title: string, body: (cluster: () => Cluster, version: string) => void): void {
  for (const version of natsServerVersions) {
    describe(`${title} on a cluster of nats-server ${version}`, () => {
      let cluster: Cluster | undefined;
      before(async () => {
        cluster = await startCluster({ version });
      });
      after(async () => {
        await cluster?.stop();
      });
      const running = () => {
        if (cluster === undefined) throw new Error('the cluster is not running');
        return cluster;
      };
      body(running, version);
    });
  }
}
