/** `lotkeeper audit …`: proves that the audit trail is as it was written, and gives its head away to be kept elsewhere. */
import { readFile } from 'node:fs/promises';
import { StartRefusal } from '../db/start-refusal.ts';
import { headLine, parseHeads, readHead, type AuditHead } from '../domain/audit-seal/audit-head.ts';
import type { LateRows } from '../domain/audit-seal/dating.ts';
import { verifyAudit, type AuditReport } from '../domain/audit-seal/verify-audit.ts';
import { withClosers, type Closers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import type { AuditVerifyOptions, JsonOption } from './options.ts';
import { paint, say, sayJson } from './out.ts';

export async function auditVerify({ head, json }: AuditVerifyOptions): Promise<void> {
  const heads = head === undefined ? [] : await givenHeads(head);
  await withClosers(async (closers) => {
    const report = await verifyAudit(await connect(closers), heads);
    if (report.faultCount > 0) process.exitCode = 1;
    if (json === true) sayJson({ ...report, headsCompared: heads.length });
    else tell(report, heads);
  });
}

export async function auditHead({ json }: JsonOption): Promise<void> {
  await withClosers(async (closers) => {
    const head = await readHead(await connect(closers));
    if (head === null) {
      throw new StartRefusal('Nothing has been sealed yet: let lotkeeper start or lotkeeper worker run for a minute.');
    }
    if (json === true) sayJson(head);
    else say(headLine(head));
  });
}

async function connect(closers: Closers) {
  const { appUrl } = await openDatabase(await commandConfig(), closers);
  return connectDatabase(appUrl, closers, { poolSize: 1, applicationName: 'lotkeeper-audit' });
}

/** The text of heads itself, or the name of a file that holds it. */
async function givenHeads(given: string): Promise<AuditHead[]> {
  if (/^\s*(audit-head\s|[[{])/.test(given)) return parseHeads(given);
  const text = await readFile(given, 'utf8').catch(() => {
    throw new StartRefusal(
      `--head is neither a head, as lotkeeper audit head prints it, nor a file that can be read: ${given}`,
    );
  });
  return parseHeads(text);
}

function tell(report: AuditReport, heads: readonly AuditHead[]): void {
  const { blocks, rows, faults, faultCount, late } = report;
  say(`${counted(rows, 'row')} in ${counted(blocks, 'block')}.`);
  for (const standstill of late) say(`${paint('yellow', 'late')}  ${lateSentence(standstill)}`);
  for (const { kind, message } of faults) say(`${paint('red', kind)}  ${message}`);
  if (faultCount > faults.length) say(`… and ${faultCount - faults.length} more.`);
  if (faultCount > 0) say(`${counted(faultCount, 'fault')} found.`);
  else if (heads.length > 0) say('Every sealed row is as it was sealed, and the exported heads hold.');
  else
    say(
      'Every sealed row is as it was sealed, as far as the database itself can prove it: --head takes a head kept elsewhere.',
    );
}

function lateSentence({ rows, recordedFrom, recordedTo, sealedFrom, sealedTo, noSealSince }: LateRows): string {
  const since = noSealSince === null ? 'sealing began with them' : `no seal was made since ${noSealSince}Z`;
  return `${counted(rows, 'row')}, recorded from ${recordedFrom}Z to ${recordedTo}Z, sealed from ${sealedFrom}Z to ${sealedTo}Z: ${since}. Nothing proves what was there before.`;
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
