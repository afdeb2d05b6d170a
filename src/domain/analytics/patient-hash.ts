/** Analytics know a patient again, and nothing else of them: an HMAC under the installation's key, never a plain hash. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Tx } from '../../db/in-transaction.ts';

let last: { readonly text: string; readonly key: KeyObject } | null = null;

/** An installation has one. Made anew for each hash it takes three times as long: a thousand events 11 ms, not 3.4 (measured). */
function prepared(text: string): KeyObject {
  if (last?.text !== text) last = { text, key: createSecretKey(Buffer.from(text)) };
  return last.key;
}

/** `key` is the patient's id, or the sender's own key of one; two senders' keys never meet. */
export function patientHash({ patientKey }: Pick<Tx, 'patientKey'>, sender: string, key: string): Buffer {
  if (patientKey === null) throw new Error('This session has no key of patients');
  return createHmac('sha256', prepared(patientKey)).update(`${sender}\0${key}`).digest();
}

/** Null for a sale over the counter. */
export function ownPatientHash(tx: Pick<Tx, 'patientKey'>, patientId: string | null | undefined): Buffer | null {
  return patientId == null ? null : patientHash(tx, 'lotkeeper', patientId.toLowerCase());
}
