/**
 * Keeps notices of the feed as they were read last: new ones, and those of which something has changed (a class, a lot
 * more), with what they were before in the audit trail. One that is the same leaves nothing behind.
 * Locks: the notices that are new or have changed, by number.
 */
import { v7 as uuid } from 'uuid';
import { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { RecallClass } from '../../schema/enums.ts';
import { addAudit, type AuditLine } from '../audit.ts';
import { claimOnly } from '../claim.ts';
import { groupBy } from '../group-by.ts';
import { addOutbox } from '../outbox.ts';
import type { Notice } from './parse-notice.ts';

export interface Remembered {
  readonly added: number;
  readonly changed: number;
}

interface Stored {
  readonly id: string;
  readonly noticeNumber: string;
  readonly recallClass: RecallClass | null;
  readonly codeInfo: string;
  readonly isSame: boolean;
}

/** A number that comes twice in one page counts as it comes last. */
export async function rememberNotices(tx: Tx, page: readonly Notice[]): Promise<Remembered> {
  const notices = [...groupBy(page, ({ noticeNumber }) => noticeNumber).values()].flatMap((same) => same.slice(-1));
  await claimOnly(tx, { mutation: 'rememberNotices', key: null, input: {} });
  const stored = new Map((await lockStored(tx, notices)).map((one) => [one.noticeNumber, one]));
  const news = notices.filter(({ noticeNumber }) => stored.get(noticeNumber)?.isSame !== true);
  if (news.length === 0) return { added: 0, changed: 0 };
  const ids = news.map(({ noticeNumber }) => stored.get(noticeNumber)?.id ?? uuid());
  const statement = new Statement();
  addNotices(statement, news, ids);
  addAudit(statement, tx, changesOf(news, stored));
  addOutbox(
    statement,
    ids.map((noticeId) => ({ topic: 'recall-notice.changed', payload: { noticeId } })),
  );
  await statement.run(tx, 'SELECT');
  const added = news.filter(({ noticeNumber }) => !stored.has(noticeNumber)).length;
  return { added, changed: news.length - added };
}

/** What a notice said before; of a new one the row itself tells all. */
function changesOf(notices: readonly Notice[], stored: ReadonlyMap<string, Stored>): AuditLine[] {
  return notices.flatMap(({ noticeNumber, recallClass, codeInfo }) => {
    const before = stored.get(noticeNumber);
    if (before === undefined) return [];
    return {
      ...{ entity: 'recall_notice', entityId: before.id, action: 'rememberNotices' },
      before: { recallClass: before.recallClass, codeInfo: before.codeInfo },
      after: { noticeNumber, recallClass, codeInfo },
    };
  });
}

async function lockStored(tx: Tx, notices: readonly Notice[]): Promise<Stored[]> {
  return tx.sql<Stored>(
    `SELECT n.id, n.notice_number AS "noticeNumber", n.recall_class AS "recallClass", n.code_info AS "codeInfo", n.content_hash = k.hash AS "isSame"
     FROM inventory.recall_notice n JOIN unnest($1::text[], $2::bytea[]) AS k(number, hash) ON k.number = n.notice_number
     ORDER BY n.notice_number FOR UPDATE OF n`,
    [notices.map(({ noticeNumber }) => noticeNumber), notices.map(({ contentHash }) => contentHash)],
  );
}

function addNotices(statement: Statement, notices: readonly Notice[], ids: readonly string[]): void {
  const list = (type: string, pick: (notice: Notice) => unknown) => statement.value(notices.map(pick), `${type}[]`);
  // Lists of lists go as JSON: arrays of arrays must all be of one length.
  const lists = (pick: (notice: Notice) => readonly string[]) =>
    list('jsonb', (notice) => JSON.stringify(pick(notice)));
  const texts = (column: string) => `ARRAY(SELECT jsonb_array_elements_text(n.${column}))`;
  statement.with(
    'notice',
    `INSERT INTO inventory.recall_notice AS r (id, notice_number, recall_class, feed_status, reason, firm, product_description, code_info, content_hash,
       names, product_keys, lot_keys)
     SELECT n.id, n.notice_number, n.recall_class, n.feed_status, n.reason, n.firm, n.product_description, n.code_info, n.content_hash,
       ${texts('names')}, ${texts('product_keys')}, ${texts('lot_keys')}
     FROM unnest(${statement.value(ids, 'uuid[]')}, ${list('text', (n) => n.noticeNumber)}, ${list('inventory.recall_class', (n) => n.recallClass)},
       ${list('text', (n) => n.feedStatus)}, ${list('text', (n) => n.reason)}, ${list('text', (n) => n.firm)}, ${list('text', (n) => n.productDescription)},
       ${list('text', (n) => n.codeInfo)}, ${list('bytea', (n) => n.contentHash)}, ${lists((n) => n.names)}, ${lists((n) => n.productKeys)}, ${lists((n) => n.lotKeys)})
       AS n(id, notice_number, recall_class, feed_status, reason, firm, product_description, code_info, content_hash, names, product_keys, lot_keys)
     ORDER BY n.notice_number
     ON CONFLICT (notice_number) DO UPDATE SET recall_class = excluded.recall_class, feed_status = excluded.feed_status, reason = excluded.reason,
       firm = excluded.firm, product_description = excluded.product_description, code_info = excluded.code_info, content_hash = excluded.content_hash,
       names = excluded.names, product_keys = excluded.product_keys, lot_keys = excluded.lot_keys, changed_at = clock_timestamp()`,
  );
}
