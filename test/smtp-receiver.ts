/** A mail server on this machine, which keeps what it takes and refuses what the test says. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { MailConfig } from '../src/config.ts';
import type { Certificate } from './webhook-receiver.ts';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Names in lower case; folded lines made one, in the order of the mail where a name comes twice. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
  readonly raw: string;
  readonly isSecure: boolean;
  readonly user: string | null;
}

export interface SmtpOptions {
  readonly tls?: Certificate;
  readonly user?: string;
  readonly password?: string;
}

/** A code of SMTP with which it is refused, or null. */
type Verdict = number | null;

export interface SmtpReceiver {
  readonly config: MailConfig;
  readonly taken: TakenMail[];
  connections: number;
  sender: () => Verdict;
  receiver: (address: string) => Verdict;
  message: (raw: string) => Verdict | Promise<Verdict>;
  close(): Promise<void>;
}

export async function startSmtpReceiver({ tls, user, password }: SmtpOptions = {}): Promise<SmtpReceiver> {
  const answer = (verdict: Verdict, done: (error?: Error | null) => void) => {
    done(verdict === null ? null : Object.assign(new Error('refused'), { responseCode: verdict }));
  };
  const server = new SMTPServer({
    ...(tls === undefined ? { disabledCommands: ['STARTTLS'] } : { ...tls }),
    authOptional: user === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onConnect(_session, done) {
      receiver.connections += 1;
      done();
    },
    onAuth(auth, _session, done) {
      if (auth.username === user && auth.password === password) done(null, { user: auth.username });
      else done(new Error('wrong'));
    },
    onMailFrom(_address, _session, done) {
      answer(receiver.sender(), done);
    },
    onRcptTo({ address }, _session, done) {
      answer(receiver.receiver(address), done);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        void Promise.resolve(receiver.message(raw)).then((verdict) => {
          if (verdict === null) receiver.taken.push(mailOf(raw, session));
          answer(verdict, done);
        });
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const receiver: SmtpReceiver = {
    config: {
      ...{ host: 'localhost', port, secure: false, startTls: tls === undefined ? 'off' : 'required' },
      auth: user === undefined ? null : { user, pass: password ?? '' },
      from: { name: 'Lotkeeper', address: 'lotkeeper@clinic.example' },
      digest: { time: '00:00', timeZone: 'UTC' },
    },
    ...{ taken: [], connections: 0, sender: () => null, receiver: () => null, message: () => null },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
  return receiver;
}

interface Session {
  readonly envelope: {
    readonly mailFrom: false | { readonly address: string };
    readonly rcptTo: readonly { readonly address: string }[];
  };
  readonly secure: boolean;
  readonly user?: unknown;
}

function mailOf(raw: string, { envelope, secure, user }: Session): TakenMail {
  const { headers, body } = partOf(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => partOf(part.trimStart()));
  const decoded = (type: string) => {
    const part = parts.find((each) => each.headers['content-type']?.startsWith(type));
    return part === undefined ? '' : decode(part.body, part.headers['content-transfer-encoding'] ?? '').trimEnd();
  };
  return {
    from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
    ...{ headers, text: decoded('text/plain'), html: decoded('text/html'), raw, isSecure: secure },
    user: typeof user === 'string' ? user : null,
  };
}

function partOf(raw: string): { headers: Readonly<Record<string, string>>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}\n${value}`;
  }
  return { headers, body: raw.slice(end + 4) };
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body.replace(/\r\n/g, '\n');
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString().replace(/\r\n/g, '\n');
}

/** A header's words, as people read them. */
export function readable(header: string): string {
  return header
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (_, words: string) => decode(words.replace(/_/g, ' '), 'quoted-printable'))
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, words: string) => Buffer.from(words, 'base64').toString());
}
