/** Whether a receiver of webhooks could be called: a connection is made and ended, nothing is sent. For the doctor. */
import { isIP, connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { addressesOf, ReceiverRefused } from './receiver-address.ts';

const patienceMs = 5_000;

/** Null: it could; otherwise why not. */
export async function reachReceiver(address: string, allowPrivate: boolean): Promise<string | null> {
  try {
    const url = new URL(address);
    const [{ address: host }] = await addressesOf(url, { allowPrivate });
    await connected(url, host);
    return null;
  } catch (error) {
    if (error instanceof ReceiverRefused) return error.message;
    return error instanceof Error && 'code' in error ? `No answer (${String(error.code)}).` : 'No answer.';
  }
}

function connected(url: URL, host: string): Promise<void> {
  const isTls = url.protocol === 'https:';
  const port = Number(url.port === '' ? (isTls ? 443 : 80) : url.port);
  const named = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 ? { servername: url.hostname } : {};
  const socket = isTls ? connectTls({ host, port, ...named }) : connectPlain({ host, port });
  return new Promise((resolve, reject) => {
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('too long')));
    socket.once('error', reject);
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
