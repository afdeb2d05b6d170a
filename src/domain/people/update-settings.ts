/**
 * Changes the organisation's settings; what is absent or null stays as it is.
 * Refuses: BAD_USER_INPUT. Locks: the one row.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { audit } from '../audit.ts';
import { changesOf } from '../changes.ts';
import { claim, gate } from '../claim.ts';
import { exact } from '../decimal.ts';
import { tell } from '../outbox.ts';
import { text } from '../text.ts';
import { mailbox } from './email.ts';

export interface SettingsToUpdate {
  readonly expiryHorizonDays?: readonly number[] | null;
  readonly policyVialSharing?: boolean | null;
  readonly countToleranceShare?: string | null;
  readonly currency?: string | null;
  readonly alertEmails?: readonly string[] | null;
  readonly webhookUrls?: readonly string[] | null;
}

interface SettingsFields {
  readonly expiryHorizonDays: readonly number[];
  readonly policyVialSharing: boolean;
  readonly countToleranceShare: string;
  readonly currency: string;
  readonly alertEmails: readonly string[];
  readonly webhookUrls: readonly string[];
}

const furthestDays = 3_650;
const most = { horizons: 10, emails: 50, urls: 20 } as const;
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export async function updateSettings(tx: Tx, input: SettingsToUpdate): Promise<void> {
  const wanted = checked(input);
  const claimed = await claim<SettingsFields>(
    tx,
    { mutation: 'updateSettings', key: null, input },
    {
      locked: `SELECT s.* FROM ops.settings s WHERE ${gate} FOR UPDATE`,
      columns: `l.expiry_horizon_days AS "expiryHorizonDays", l.policy_vial_sharing AS "policyVialSharing", l.currency,
        trim_scale(l.count_tolerance_share)::text AS "countToleranceShare", l.alert_emails AS "alertEmails", l.webhook_urls AS "webhookUrls"`,
      values: [],
    },
  );
  const [known] = claimed.replay === null ? claimed.rows : [];
  if (known === undefined) throw new Error('ops.settings has no row');
  const settings = { ...known, ...wanted };
  await tx.sql(
    `UPDATE ops.settings SET expiry_horizon_days = $1, policy_vial_sharing = $2, count_tolerance_share = $3, currency = $4, alert_emails = $5,
       webhook_urls = $6, updated_at = clock_timestamp()`,
    [
      settings.expiryHorizonDays,
      settings.policyVialSharing,
      settings.countToleranceShare,
      settings.currency,
      settings.alertEmails,
      settings.webhookUrls,
    ],
  );
  const { names, before, after } = changesOf(known, wanted);
  await audit(tx, { entity: 'settings', entityId: 'settings', action: 'updateSettings', before, after });
  await tell(tx, { topic: 'settings.changed', payload: { fields: names } });
}

function checked(input: SettingsToUpdate): Partial<SettingsFields> {
  const { expiryHorizonDays, policyVialSharing, countToleranceShare, currency, alertEmails, webhookUrls } = input;
  return {
    ...(expiryHorizonDays == null ? {} : { expiryHorizonDays: horizons(expiryHorizonDays) }),
    ...(policyVialSharing == null ? {} : { policyVialSharing }),
    ...(countToleranceShare == null ? {} : { countToleranceShare: share(countToleranceShare) }),
    ...(currency == null ? {} : { currency: currencyCode(currency) }),
    ...(alertEmails == null ? {} : { alertEmails: listOf(alertEmails, 'alertEmails', most.emails, mailbox) }),
    ...(webhookUrls == null ? {} : { webhookUrls: listOf(webhookUrls, 'webhookUrls', most.urls, webhookUrl) }),
  };
}

/** The furthest first: that is the order in which alerts rise. */
function horizons(days: readonly number[]): readonly number[] {
  const distinct = new Set(days);
  const fit = days.every((day) => Number.isInteger(day) && day >= 1 && day <= furthestDays);
  if (fit && distinct.size === days.length && days.length >= 1 && days.length <= most.horizons) {
    return [...distinct].sort((a, b) => b - a);
  }
  throw refused('expiryHorizonDays', `must be 1 to ${most.horizons} different numbers of days, 1 to ${furthestDays}.`);
}

function share(value: string): string {
  if (exact(value).gte(0) && exact(value).lte(1)) return exact(value).toString();
  throw refused('countToleranceShare', 'must be 0 to 1: 0.01 is one percent.');
}

function currencyCode(value: string): string {
  if (currencies.has(value)) return value;
  throw refused('currency', 'must be a currency code of ISO 4217 such as USD.');
}

function listOf(
  values: readonly string[],
  field: string,
  longest: number,
  check: (value: string, field: string) => string,
) {
  if (values.length > longest) throw refused(field, `may have at most ${longest} entries.`);
  return [...new Set(values.map((value) => check(value, field)))];
}

/** A password in an address would be shown to whoever may read the settings. */
function webhookUrl(value: string, field: string): string {
  const address = text(value, field, { max: 2_048 });
  // Line ends and tabs are passed over when an address is read: what is shown would not be what is called.
  const url = URL.canParse(address) && !/[\s\p{C}]/u.test(address) ? new URL(address) : null;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return address;
  throw refused(field, 'must be https addresses without user and password.');
}

function refused(field: string, rule: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `${field} ${rule}`, { field });
}
