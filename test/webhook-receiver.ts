/** A receiver of webhooks on this machine, which keeps what it was sent and answers as the test says. */
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Ends the connection in the middle of the answer's head. */
  | 'BREAK'
  | Promise<{ readonly status: number }>;

export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** How many connections were made, whatever was sent on them. */
  connections: number;
  /** What the next ones are answered. */
  answer: (received: Received) => Answer;
  close(): Promise<void>;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export async function startWebhookReceiver(tls?: Certificate): Promise<WebhookReceiver> {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString(), path: request.url ?? '' };
      receiver.received.push(one);
      const answer = receiver.answer(one);
      if (answer === 'BREAK') {
        request.socket.end('HTTP/1.1 200 OK\r\nContent-');
        return;
      }
      void Promise.resolve<{ status: number; headers?: Readonly<Record<string, string>>; body?: string }>(answer).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      );
    });
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on('connection', () => (receiver.connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    ...{ url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}/hook`, port },
    ...{ received: [], connections: 0, answer: () => ({ status: 200 }) },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
