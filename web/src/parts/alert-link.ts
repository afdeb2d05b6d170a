/** Where that is which an alert is about. */
import { graphql } from '../api/graphql.ts';
import type { AlertLinkFragment } from '../generated/graphql.ts';

graphql(`
  fragment AlertLink on InventoryAlert {
    type
    subject
    stock {
      id
    }
    session {
      id
    }
    recall {
      id
    }
    leadsTo {
      kind
      id
    }
  }
`);

const targets = { COUNT: '/counts', TRANSFER: '/transfers', STOCK: '/stock' } as const;

/** Null where there is nothing that could be opened. */
export function alertLink({ type, subject, stock, session, recall, leadsTo }: AlertLinkFragment): string | null {
  if (leadsTo !== null) return `${targets[leadsTo.kind]}/${leadsTo.id}`;
  if (session !== null) return `/open-vials/${session.id}`;
  if (stock !== null) return `/stock/${stock.id}`;
  switch (type) {
    case 'EXPIRING_SOON':
    case 'EXPIRED':
      return `/stock?lot=${subject}`;
    case 'LOW_STOCK':
    case 'OUT_OF_STOCK':
      return `/stock?product=${subject}`;
    case 'RECALL':
      return recall === null ? '/recalls?show=notices' : `/recalls/${recall.id}`;
    case 'TEMPERATURE_EXCURSION':
      return `/cold-chain/${subject}`;
    case 'TRANSFER_DISCREPANCY':
      return `/transfers/${subject}`;
    case 'LEDGER_MISMATCH':
      return subject === 'audit' ? '/audit' : null;
    default:
      return null;
  }
}
