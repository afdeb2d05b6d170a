/** A way to the database, or to Redis, that a test can cut, as a network or a failing server would. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Cuttable {
  readonly url: string;
  /** Open connections break, new ones are refused. */
  cut(): void;
  mend(): Promise<void>;
  /** Open connections end without a word, as those of a server's process that was killed; new ones are taken. */
  hangUp(): void;
}

export async function cuttable(url: string): Promise<Cuttable> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
    client.pipe(database).pipe(client);
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const ownPort = portOf(server.address());
  const detour = new URL(url);
  detour.hostname = '127.0.0.1';
  detour.port = String(ownPort);
  return {
    url: detour.href,
    cut() {
      server.close();
      for (const socket of open) socket.destroy();
    },
    mend: () => listen(ownPort),
    hangUp() {
      for (const socket of open) socket.end();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The proxy does not listen.');
  return address.port;
}
