import { startNatsServer, type NatsServer, type NatsServerOptions } from './natsServer';
import { natsServerVersions } from './tools';

/** One `describe` a server version, with a server that lives as long as its tests. */
export function eachServer(
  title: string,
  body: (server: () => NatsServer, version: string) => void,
  options: Omit<NatsServerOptions, 'version'> = {},
): void {
  for (const version of natsServerVersions) {
    describe(`${title} on nats-server ${version}`, () => {
      let server: NatsServer | undefined;
      before(async () => {
        server = await startNatsServer({ ...options, version });
      });
      after(async () => {
        await server?.stop();
      });
      const running = () => {
        if (server === undefined) throw new Error('the server is not running');
        return server;
      };
      body(running, version);
    });
  }
}
