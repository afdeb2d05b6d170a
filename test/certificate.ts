/** A certificate for localhost, made for a test by the openssl that every system has. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Certificate } from './webhook-receiver.ts';

const run = promisify(execFile);

export interface MadeCertificate extends Certificate {
  /** Of the certificate, as NODE_EXTRA_CA_CERTS takes it. */
  readonly file: string;
  remove(): Promise<void>;
}

export async function makeCertificate(): Promise<MadeCertificate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-certificate-'));
  const [keyFile, file] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', file],
  ]);
  return {
    ...{ key: await readFile(keyFile, 'utf8'), cert: await readFile(file, 'utf8'), file },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
