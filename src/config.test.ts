import { describe, expect, test } from 'vitest';
import { ConfigRefusal, readConfig } from './config.ts';

test('an empty environment gives a server for this machine with a database of its own', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 4000,
    databaseUrl: null,
    databaseReplicaUrl: null,
    databasePrepared: true,
    databasePoolSize: 10,
    redisUrl: null,
    jwtSecret: null,
    patientKey: null,
    tokenTtlMinutes: 720,
    oidc: null,
    logLevel: 'warn',
    trustedProxies: 0,
    corsOrigins: [],
    rateLimitPerMinute: 6000,
    metricsToken: null,
    metricsPort: null,
    readyLagSeconds: 60,
    slowStatementMs: 500,
    otlpEndpoint: null,
    notify: { webhooks: { secrets: [], allowPrivate: false }, mail: null },
  });
});

test('one database address serves the owner and the direct connections too, until they have their own', () => {
  const shared = 'postgres://app:secret@db:5432/lotkeeper';
  expect(readConfig({ DATABASE_URL: shared })).toMatchObject({
    databaseUrl: shared,
    databaseOwnerUrl: shared,
    databaseDirectUrl: shared,
  });
  const owner = 'postgres://owner:secret@db:5432/lotkeeper';
  expect(readConfig({ DATABASE_URL: shared, DATABASE_OWNER_URL: owner }).databaseOwnerUrl).toBe(owner);
});

test.each([
  ['PORT', '80a'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['DATABASE_URL', 'mysql://root:hunter2@db/x'],
  ['DATABASE_URL', 'not an address hunter2'],
  ['DATABASE_PREPARED', 'yes'],
  ['DATABASE_POOL_SIZE', '0'],
  ['REDIS_URL', 'http://cache:6379'],
  ['JWT_SECRET', 'hunter2'],
  ['TOKEN_TTL_MINUTES', '1.5'],
  ['OIDC_ISSUER', 'https://only.one.of.three'],
  ['LOG_LEVEL', 'loud'],
  ['NODE_ENV', 'prod'],
  ['TRUST_PROXY', 'true'],
  ['CORS_ORIGINS', 'https://app.example.org/path'],
  ['CORS_ORIGINS', '*'],
  ['RATE_LIMIT_PER_MINUTE', '0'],
  ['METRICS_TOKEN', 'hunter2'],
  ['METRICS_PORT', 'none'],
  ['READY_LAG_SECONDS', '15m'],
  ['SLOW_STATEMENT_MS', '0.5'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
  ['WEBHOOK_SECRET', 'hunter2'],
  ['WEBHOOK_SECRET_PREVIOUS', 'hunter2'],
  ['WEBHOOK_ALLOW_PRIVATE', 'yes'],
  ['SMTP_URL', 'http://user:hunter2@mail.clinic.example'],
  ['SMTP_URL', 'smtp://user:hunter2@mail.clinic.example'],
  ['MAIL_FROM', 'lotkeeper@clinic.example'],
  ['MAIL_DIGEST_AT', '7 am'],
  ['MAIL_DIGEST_AT', '07:00 Mars/Olympus'],
  ['MAIL_DIGEST_AT', '07:00 +05:00'],
])('%s=%s is refused in one sentence that names it and repeats no secret', (name, value) => {
  const refused = () => readConfig({ [name]: value });
  expect(refused).toThrow(ConfigRefusal);
  expect(refused).toThrow(new RegExp(`^[^.]*${name}.* should be .*\\.$`));
  expect(refused).not.toThrow(/hunter2/);
});

test('in production a foreign database asks for a signing secret and a key of patients; our own does not', () => {
  const NODE_ENV = 'production';
  const DATABASE_URL = 'postgres://app:secret@db:5432/lotkeeper';
  const secrets = { JWT_SECRET: 'x'.repeat(32), PATIENT_KEY: 'y'.repeat(32) };
  expect(() => readConfig({ NODE_ENV, DATABASE_URL, ...secrets, JWT_SECRET: '' })).toThrow(/JWT_SECRET/);
  expect(() => readConfig({ NODE_ENV, DATABASE_URL, ...secrets, PATIENT_KEY: '' })).toThrow(/PATIENT_KEY/);
  expect(readConfig({ NODE_ENV, DATABASE_URL, ...secrets })).toMatchObject({
    jwtSecret: secrets.JWT_SECRET,
    patientKey: secrets.PATIENT_KEY,
  });
  expect(readConfig({ NODE_ENV })).toMatchObject({ jwtSecret: null, patientKey: null });
});

describe('what tells receivers outside', () => {
  const secret = 'x'.repeat(32);
  const mailOf = (env: Record<string, string>) =>
    readConfig({ SMTP_URL: 'smtp://mail.clinic.example', MAIL_FROM: 'lotkeeper@clinic.example', ...env }).notify.mail;

  test('two secrets, the present one first; a former one alone is a mistake', () => {
    const env = { WEBHOOK_SECRET: secret, WEBHOOK_SECRET_PREVIOUS: 'y'.repeat(32), WEBHOOK_ALLOW_PRIVATE: 'on' };
    expect(readConfig(env).notify.webhooks).toEqual({ secrets: [secret, 'y'.repeat(32)], allowPrivate: true });
    expect(() => readConfig({ WEBHOOK_SECRET_PREVIOUS: secret })).toThrow(/WEBHOOK_SECRET should be given/);
  });

  test('a password goes to the mail server over TLS or not at all, unless it is said otherwise', () => {
    expect(mailOf({})).toMatchObject({ host: 'mail.clinic.example', port: 587, startTls: 'offered', auth: null });
    expect(mailOf({ SMTP_URL: 'smtp://ann%40x:a%2Fb@mail.clinic.example:25' })).toMatchObject({
      ...{ port: 25, secure: false, startTls: 'required', auth: { user: 'ann@x', pass: 'a/b' } },
    });
    expect(mailOf({ SMTP_URL: 'smtps://[::1]' })).toMatchObject({ host: '::1', port: 465, secure: true });
    expect(mailOf({ SMTP_URL: 'smtp://a:b@localhost?tls=off' })).toMatchObject({ startTls: 'off' });
    expect(() => mailOf({ SMTP_URL: 'smtp://localhost?tls.rejectUnauthorized=false' })).toThrow(/SMTP_URL should be/);
    const halfCoded = () => mailOf({ SMTP_URL: 'smtp://ann:50%hunter2@localhost' });
    expect(halfCoded).toThrow(ConfigRefusal);
    expect(halfCoded).not.toThrow(/hunter2/);
  });

  test('the sender, and when the daily mail goes', () => {
    expect(
      mailOf({ MAIL_FROM: 'The Clinic <stock@clinic.example>', MAIL_DIGEST_AT: '06:30 Asia/Kolkata' }),
    ).toMatchObject({
      from: { name: 'The Clinic', address: 'stock@clinic.example' },
      digest: { time: '06:30', timeZone: 'Asia/Kolkata' },
    });
    expect(mailOf({ MAIL_DIGEST_AT: '23:59' })?.digest).toEqual({ time: '23:59', timeZone: 'UTC' });
    expect(mailOf({})).toMatchObject({ from: { name: 'Lotkeeper' }, digest: { time: '07:00', timeZone: 'UTC' } });
    const injected = 'A\r\nBcc: all@clinic.example <stock@clinic.example>';
    expect(() => mailOf({ MAIL_FROM: injected })).toThrow(/MAIL_FROM should be/);
  });
});
