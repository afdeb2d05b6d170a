/** The end of the chain in one line, to be kept where nobody who can write to the database can write. */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import { Refusal } from '../../refusal.ts';
import { utc } from './chain.ts';

export interface AuditHead {
  readonly block: number;
  /** Rows sealed up to it. */
  readonly rows: number;
  readonly sealedAt: string;
  readonly hash: string;
}

/** Null while nothing has been sealed. */
export async function readHead(db: DataSource): Promise<AuditHead | null> {
  const [head] = await read<{ block: string; rows: string; sealedAt: string; hash: string }>(
    db,
    `SELECT block::text AS block, last_seq::text AS rows, ${utc('sealed_at')} || 'Z' AS "sealedAt", encode(hash, 'hex') AS hash
     FROM audit.audit_block b ORDER BY b.block DESC LIMIT 1`,
  );
  return head === undefined ? null : { ...head, block: Number(head.block), rows: Number(head.rows) };
}

export function headLine({ block, rows, sealedAt, hash }: AuditHead): string {
  return `audit-head block=${block} rows=${rows} sealed=${sealedAt} sha256=${hash}`;
}

const linePattern = /^audit-head block=(\d{1,15}) rows=(\d{1,15}) sealed=(\S{1,40}) sha256=([0-9a-f]{64})$/;

/** Heads as `audit head` prints them: lines, or JSON. In the order of their blocks. */
export function parseHeads(text: string): AuditHead[] {
  const heads = /^\s*[[{]/.test(text) ? fromJson(text) : fromLines(text);
  if (heads.length === 0) throw notAHead(text);
  return heads.sort((one, other) => one.block - other.block);
}

function fromLines(text: string): AuditHead[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [, block, rows, sealedAt, hash] = linePattern.exec(line) ?? [];
      if (block === undefined || rows === undefined || sealedAt === undefined || hash === undefined) {
        throw notAHead(line);
      }
      return { block: Number(block), rows: Number(rows), sealedAt, hash };
    });
}

function fromJson(text: string): AuditHead[] {
  const given = parsed(text);
  return (Array.isArray(given) ? given : [given]).map((head: unknown) => {
    if (!isHead(head)) throw notAHead(JSON.stringify(head));
    return head;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notAHead(text);
  }
}

function isHead(value: unknown): value is AuditHead {
  if (typeof value !== 'object' || value === null) return false;
  const head: Partial<Readonly<Record<keyof AuditHead, unknown>>> = value;
  return (
    Number.isSafeInteger(head.block) &&
    Number.isSafeInteger(head.rows) &&
    typeof head.sealedAt === 'string' &&
    typeof head.hash === 'string' &&
    /^[0-9a-f]{64}$/.test(head.hash)
  );
}

function notAHead(text: string): Refusal {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new Refusal(
    'BAD_USER_INPUT',
    `This is no head of the audit chain, as lotkeeper audit head prints it: ${shown}`,
    {
      field: 'head',
    },
  );
}
