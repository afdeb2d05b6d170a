/**
 * Hands mails to the SMTP server. Each goes to one receiver, whom no other sees, under a Message-ID that stays the same
 * for the same delivery: sent twice, it is seen as one.
 */
import { createTransport } from 'nodemailer';
import type { MailConfig } from '../config.ts';
import type { Failure } from '../domain/deliveries/retry.ts';
import { isMailbox } from '../domain/people/email.ts';
import type { Letter } from './letter.ts';

export interface Mail extends Letter {
  readonly deliveryId: string;
  readonly to: string;
}

export interface Mailer {
  /** Null: the server has taken it. Never fails; what went wrong is told in words of ours. */
  send(mail: Mail): Promise<Failure | null>;
  /** Connects and signs in; fails where it cannot. */
  verify(): Promise<void>;
  close(): void;
}

const connectMs = 10_000;
const limitMs = 60_000;

export function openMailer({ host, port, secure, startTls, auth, from }: MailConfig): Mailer {
  const transport = createTransport({
    ...{ host, port, secure, requireTLS: startTls === 'required', ignoreTLS: startTls === 'off' },
    ...(auth === null ? {} : { auth: { ...auth } }),
    ...{ connectionTimeout: connectMs, greetingTimeout: connectMs, dnsTimeout: connectMs, socketTimeout: 30_000 },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    async send({ deliveryId, to, subject, text, html }) {
      // Of settings from before that was asked for: it could be read as several.
      if (!isMailbox(to)) return { kind: 'FINAL', error: 'It is not a plain address.' };
      try {
        await transport.sendMail({
          ...{ from: { ...from }, to, envelope: { from: from.address, to } },
          ...{ subject, text, html, messageId: `<${deliveryId}@${domain}>` },
          list: { id: { url: `alerts.lotkeeper.${domain}`, comment: 'Lotkeeper alerts' } },
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(limitMs),
        });
        return null;
      } catch (error) {
        return failureOf(error);
      }
    },
    async verify() {
      await transport.verify();
    },
    close() {
      transport.close();
    },
  };
}

/**
 * A receiver or a message that is refused for good stays refused. All else is between us and the server: to be mended
 * there or here, while the mail waits.
 */
function failureOf(error: unknown): Failure {
  const [code, command, answer] = ['code', 'command', 'responseCode'].map((name) => detailOf(error, name));
  if (typeof answer !== 'number') return { kind: 'PASSING', error: `Not taken (${String(code)}).` };
  const isForGood = answer >= 500 && answer !== 503 && (command === 'RCPT TO' || command === 'DATA');
  return { kind: isForGood ? 'FINAL' : 'PASSING', error: `${String(command)} was answered ${answer}.` };
}

function detailOf(error: unknown, name: string): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined;
}
