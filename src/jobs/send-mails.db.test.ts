import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import {
  changed,
  nothingToTell,
  raised,
  receiversAre,
  runOnce,
  standing,
  timePasses,
} from '../../test/delivery-desk.ts';
import { makeCertificate } from '../../test/certificate.ts';
import { rewritten } from '../../test/rewritten.ts';
import { readable, startSmtpReceiver, type SmtpOptions, type SmtpReceiver } from '../../test/smtp-receiver.ts';
import { notifyOff, type MailConfig } from '../config.ts';
import { sendMailsJob } from './send-mails.ts';

let clinic: TestClinic;
const servers: SmtpReceiver[] = [];
const ann = 'ann@clinic.example';
const bob = 'bob@clinic.example';
const critical = { severity: 'CRITICAL' } as const;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
beforeEach(async () => {
  await nothingToTell(clinic);
  await digestIsDone();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => clinic.close());

async function smtp(options?: SmtpOptions): Promise<SmtpReceiver> {
  const server = await startSmtpReceiver(options);
  servers.push(server);
  return server;
}

/** Today's, whatever day it is somewhere: most tests are about the other mails. */
async function digestIsDone(): Promise<void> {
  await clinic.owner.query(`UPDATE ops.delivery_cursor SET digest_on = current_date + 2 WHERE kind = 'DIGEST'`);
}

const send = (mail: MailConfig | null) => runOnce(clinic, sendMailsJob, { ...notifyOff, mail });
const subjects = ({ taken }: SmtpReceiver) =>
  taken.map(({ to, headers }) => `${to.join()}: ${readable(headers['subject'] ?? '')}`);

/** The minute in which more is gathered is over. */
async function aMinutePasses(): Promise<void> {
  await clinic.owner.query(
    `UPDATE ops.delivery SET created_at = created_at - interval '61 seconds', sent_at = sent_at - interval '61 seconds',
       next_attempt_at = next_attempt_at - interval '61 seconds'`,
  );
}

describe('off by default', () => {
  test('nobody in the settings: no rows, no connections', async () => {
    const server = await smtp();
    await raised(clinic, critical);
    expect(await send(server.config)).toEqual({ givenUp: 0, sent: 0, failed: 0, dead: 0 });
    expect([await standing(clinic), server.connections]).toEqual([[], 0]);
  });

  test('without a mail server the mails wait, and the run says why', async () => {
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, critical);
    expect(await send(null)).toEqual({ givenUp: 0, off: 'SMTP_URL is not set' });
    expect(await standing(clinic)).toEqual(['WAITING 0']);
  });
});

describe('at once', () => {
  test('what is raised as critical or becomes so, and nothing else; each receiver for himself', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann, bob] });
    await raised(clinic, { severity: 'INFO' }, { severity: 'WARNING' });
    const [alertId = ''] = await raised(clinic, { severity: 'WARNING', title: 'A lot expires' });
    await send(server.config);
    expect(server.taken).toEqual([]);
    await changed(clinic, alertId, { severity: 'CRITICAL', status: 'OPEN' });
    await changed(clinic, alertId, { severity: 'CRITICAL', status: 'RESOLVED' });
    await send(server.config);
    expect(subjects(server).sort()).toEqual([`${ann}: [CRITICAL] A lot expires`, `${bob}: [CRITICAL] A lot expires`]);
    expect(server.taken.map(({ headers }) => headers['to']).sort()).toEqual([ann, bob]);
    expect(server.taken.map(({ headers }) => headers['cc'] ?? headers['bcc'])).toEqual([undefined, undefined]);
  });

  test('a burst: the first goes at once, what follows within the minute goes in one mail', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, { ...critical, title: 'first' });
    await send(server.config);
    await raised(clinic, { ...critical, title: 'second' });
    await send(server.config);
    await raised(clinic, { ...critical, title: 'third' }, { ...critical, title: 'fourth', locationId: null });
    await send(server.config);
    expect(subjects(server)).toEqual([`${ann}: [CRITICAL] first`]);
    await aMinutePasses();
    await send(server.config);
    expect(subjects(server)).toEqual([`${ann}: [CRITICAL] first`, `${ann}: [CRITICAL] 3 alerts`]);
    expect(server.taken[1]?.text).toContain('Here\n* second\n  Something was found.\n* third\n');
    expect(server.taken[1]?.text).toContain('The whole organisation\n* fourth\n');
    expect(await standing(clinic)).toEqual(['SENT 1', 'SENT 1', 'SENT 0', 'SENT 0']);
  });

  /** The server takes the first mail and its word is lost on the way; then another alert is raised. */
  const twoMails = async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, { ...critical, title: 'first' });
    server.message = () => 451;
    await send(server.config);
    expect(await standing(clinic)).toEqual(['WAITING 1 DATA was answered 451.']);
    server.message = () => null;
    await raised(clinic, { ...critical, title: 'second' });
    await send(null);
    await aMinutePasses();
    await send(server.config);
    return subjects(server).sort();
  };

  test('a mail that has been begun takes nothing more in, and says the same when it is sent again', async () => {
    expect(await twoMails()).toEqual([`${ann}: [CRITICAL] first`, `${ann}: [CRITICAL] second`]);
  });

  test('it would say more under the same Message-ID, were it not looked at whether it was begun', async () => {
    const mails = await rewritten("state = 'WAITING' AND attempts = 0 AND", "state = 'WAITING' AND", twoMails);
    expect(mails).toEqual([`${ann}: [CRITICAL] 2 alerts`]);
  });

  test('sent twice it has the same Message-ID, and every mail another', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann, bob] });
    await raised(clinic, critical);
    await send(server.config);
    // As after a crash between the server's word and ours.
    await clinic.owner.query(`UPDATE ops.delivery SET state = 'WAITING', sent_at = NULL WHERE target = $1`, [ann]);
    await send(server.config);
    const ids = server.taken.map(({ to, headers }) => [to.join(), headers['message-id']] as const);
    const { id } = await clinic.one<{ id: string }>('SELECT id FROM ops.delivery WHERE target = $1', [ann]);
    expect(ids.filter(([to]) => to === ann)).toEqual([
      [ann, `<${id}@clinic.example>`],
      [ann, `<${id}@clinic.example>`],
    ]);
    expect(new Set(ids.map(([, messageId]) => messageId)).size).toBe(2);
  });
});

describe('what a mail says', () => {
  test('who sends it, that a machine did, and to which list it belongs', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, critical);
    await send(server.config);
    expect(server.taken).toMatchObject([
      {
        from: 'lotkeeper@clinic.example',
        to: [ann],
        headers: {
          from: 'Lotkeeper <lotkeeper@clinic.example>',
          'auto-submitted': 'auto-generated',
          'list-id': '"Lotkeeper alerts" <alerts.lotkeeper.clinic.example>',
        },
      },
    ]);
  });

  test('what names bring in stays text: in HTML, in the subject, in the lines', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann] });
    const title = `<script>alert("1")</script> & 'Ünïcode' 💉\r\nBcc: all@clinic.example\r\n\r\nbody`;
    await raised(clinic, { ...critical, title, message: '<img src=x onerror=alert(1)>\n.\nQUIT' });
    await send(server.config);
    const [mail] = server.taken;
    expect(mail?.headers['bcc']).toBeUndefined();
    expect(mail?.to).toEqual([ann]);
    const line = `<script>alert("1")</script> & 'Ünïcode' 💉 Bcc: all@clinic.example body`;
    expect(readable(mail?.headers['subject'] ?? '')).toBe(`[CRITICAL] ${line}`);
    expect(mail?.text).toContain(`* ${line}\n  <img src=x onerror=alert(1)> . QUIT\n`);
    expect(mail?.html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Ünïcode&#39; 💉');
    expect(mail?.html).not.toMatch(/<script|<img/);
  });

  test('to an address that could be read as several nothing is sent', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: ['a,b@clinic.example', '<x@y>,z@clinic.example', 'a"b@clinic.example'] });
    await raised(clinic, critical);
    await send(server.config);
    expect(new Set(await standing(clinic))).toEqual(new Set(['DEAD 1 It is not a plain address.']));
    expect(server.connections).toBe(0);
  });
});

describe('what the server says', () => {
  test('a passing refusal and one for good: of a receiver, of the message; of the sender it is ours to mend', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann, bob] });
    server.receiver = (address) => (address === ann ? 450 : 550);
    await raised(clinic, critical);
    await send(server.config);
    expect(await standing(clinic, ann)).toEqual(['WAITING 1 RCPT TO was answered 450.']);
    expect(await standing(clinic, bob)).toEqual(['DEAD 1 RCPT TO was answered 550.']);
    server.receiver = () => null;
    server.sender = () => 550;
    await timePasses(clinic);
    await send(server.config);
    expect(await standing(clinic, ann)).toEqual(['WAITING 2 MAIL FROM was answered 550.']);
    server.sender = () => null;
    server.message = () => 554;
    await timePasses(clinic);
    await send(server.config);
    expect(await standing(clinic, ann)).toEqual(['DEAD 3 DATA was answered 554.']);
  });

  test('while it is away for hours nothing is lost', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, { ...critical, title: 'while it is away' });
    await server.close();
    for (let attempt = 1; attempt <= 30; attempt += 1) {
      await timePasses(clinic);
      await send(server.config);
    }
    expect(await standing(clinic)).toEqual(['WAITING 30 Not taken (ESOCKET).']);
    const again = await smtp();
    await timePasses(clinic);
    await send(again.config);
    expect(subjects(again)).toEqual([`${ann}: [CRITICAL] while it is away`]);
  });

  test('a password goes over TLS only, to a server whose certificate holds; a wrong one waits to be mended', async () => {
    const certificate = await makeCertificate();
    const plain = await smtp({ user: 'lotkeeper', password: 'right' });
    const self = await smtp({ tls: certificate, user: 'lotkeeper', password: 'right' });
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, critical);
    await send({ ...plain.config, startTls: 'required' });
    expect(await standing(clinic)).toEqual(['WAITING 1 STARTTLS was answered 500.']);
    await timePasses(clinic);
    await send(self.config);
    expect(await standing(clinic)).toEqual([expect.stringMatching(/^WAITING 2 Not taken \((ETLS|ESOCKET)\)\.$/)]);
    await timePasses(clinic);
    await send({ ...plain.config, auth: { user: 'lotkeeper', pass: 'wrong' } });
    expect(await standing(clinic)).toEqual([expect.stringMatching(/^WAITING 3 AUTH \w+ was answered 535\.$/)]);
    expect([plain.taken, self.taken]).toEqual([[], []]);
    await timePasses(clinic);
    await send(plain.config);
    expect(plain.taken).toMatchObject([{ user: 'lotkeeper', isSecure: false }]);
    await certificate.remove();
  });
});

describe('the digest of a day', () => {
  beforeEach(() => clinic.owner.query(`UPDATE ops.delivery_cursor SET digest_on = NULL WHERE kind = 'DIGEST'`));

  test('what is open by place and severity, once a day and receiver, however many workers there are', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann, bob] });
    const [, , resolved = ''] = await raised(
      clinic,
      { severity: 'WARNING', title: 'Lidocaine is low' },
      { severity: 'INFO', title: 'Botox expires', locationId: clinic.elsewhereId },
      { severity: 'WARNING', title: 'resolved' },
      { severity: 'WARNING', title: 'Filler is low' },
      { severity: 'INFO', title: 'Of all', locationId: null },
    );
    await changed(clinic, resolved, { severity: 'WARNING', status: 'RESOLVED' });
    await clinic.owner.query(
      `UPDATE inventory.inventory_alert SET status = 'ACKNOWLEDGED', acknowledged_at = now() WHERE title = 'Filler is low'`,
    );
    await Promise.all([send(server.config), send(server.config), send(server.config)]);
    const { day } = await clinic.one<{ day: string }>(`SELECT (now() AT TIME ZONE 'UTC')::date::text AS day`);
    const subject = `Alerts on ${day}: 2 warning, 2 info`;
    expect(subjects(server).sort()).toEqual([`${ann}: ${subject}`, `${bob}: ${subject}`]);
    expect(server.taken[0]?.text).toBe(
      [
        'The whole organisation: INFO (1)\n* Of all\n',
        'Elsewhere: INFO (1)\n* Botox expires\n',
        'Here: WARNING (2)\n* Lidocaine is low\n* Filler is low (acknowledged)\n',
        '-- \nSent by Lotkeeper to the alert addresses in its settings.',
      ].join('\n'),
    );
    await send(server.config);
    expect(server.taken).toHaveLength(2);
  });

  test('none before its time, at the place that is named', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, { severity: 'INFO' });
    // Wherever it is noon or half past; Etc/GMT+5 is five hours behind.
    const behind = new Date().getUTCHours() - 12;
    const timeZone = behind === 0 ? 'UTC' : `Etc/GMT${behind > 0 ? '+' : '-'}${Math.abs(behind)}`;
    await send({ ...server.config, digest: { time: '13:30', timeZone } });
    expect(server.taken).toEqual([]);
    await send({ ...server.config, digest: { time: '11:30', timeZone } });
    expect(server.taken).toHaveLength(1);
  });

  test('none where nothing is open, and none for who is added later in the day', async () => {
    const server = await smtp();
    await receiversAre(clinic, { emails: [ann] });
    await send(server.config);
    await receiversAre(clinic, { emails: [ann, bob] });
    await raised(clinic, { severity: 'INFO' });
    await send(server.config);
    expect(server.taken).toEqual([]);
  });

  test('one that could not be sent is given up when the next one comes', async () => {
    const server = await smtp();
    server.sender = () => 421;
    await receiversAre(clinic, { emails: [ann] });
    await raised(clinic, { severity: 'INFO' });
    await send(server.config);
    await clinic.owner.query(
      `UPDATE ops.delivery SET waiting_since = now() - interval '24 hours', digest_on = digest_on - 1, next_attempt_at = now();
       UPDATE ops.delivery_cursor SET digest_on = digest_on - 1 WHERE kind = 'DIGEST'`,
    );
    server.sender = () => null;
    expect(await send(server.config)).toMatchObject({ givenUp: 1, sent: 1 });
    expect(subjects(server)).toEqual([expect.stringMatching(/: 1 info$/)]);
  });
});
