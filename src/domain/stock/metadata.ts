/**
 * What a batch's metadata may hold. Known keys are checked, unknown ones are refused by name, so that a typing error
 * is not kept for ever; what fits nowhere else goes into customFields. Pure.
 */
import { Refusal } from '../../refusal.ts';
import { exact } from '../decimal.ts';
import { requireStorable } from '../storable-json.ts';
import { text } from '../text.ts';

export interface Metadata {
  /** Percentages, 0 to 100. */
  readonly testResults?: { readonly thc?: string; readonly cbd?: string; readonly terpenes?: string };
  readonly harvestCode?: string;
  readonly coaUrl?: string;
  readonly notes?: string;
  readonly customFields?: Readonly<Record<string, unknown>>;
}

type Check = (value: unknown, field: string) => unknown;

const decimalForm = /^\d{1,3}(\.\d{1,4})?$/;

const percentage: Check = (value, field) => {
  const told = typeof value === 'number' ? String(value) : value;
  if (typeof told === 'string' && decimalForm.test(told) && exact(told).lte(100)) return told;
  throw wrong(field, `${field} must be a percentage from 0 to 100, with at most 4 decimals.`);
};

const textOf =
  (max: number): Check =>
  (value, field) => {
    if (typeof value !== 'string') throw wrong(field, `${field} must be text.`);
    return text(value, field, { max });
  };

const webAddress: Check = (value, field) => {
  if (typeof value !== 'string') throw wrong(field, `${field} must be text.`);
  return checkUrl(value, field);
};

const anyObject: Check = (value, field) => {
  if (!isObject(value)) throw wrong(field, `${field} must be an object.`);
  requireStorable(value, field);
  return value;
};

const testResults: Readonly<Record<string, Check>> = { thc: percentage, cbd: percentage, terpenes: percentage };

const known: Readonly<Record<string, Check>> = {
  testResults: (value, field) => checkObject(value, field, testResults),
  harvestCode: textOf(100),
  coaUrl: webAddress,
  notes: textOf(1_000),
  customFields: anyObject,
};

/** Null where none is given. Keys with null are left out. */
export function checkMetadata(value: unknown): Metadata | null {
  return value == null ? null : checkObject(value, 'metadata', known);
}

export function checkUrl(value: string, field: string): string {
  const address = text(value, field, { max: 2_000 });
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return address;
  throw wrong(field, `${field} must be a web address that begins with https:// or http://.`);
}

function checkObject(value: unknown, field: string, checks: Readonly<Record<string, Check>>): Record<string, unknown> {
  if (!isObject(value)) throw wrong(field, `${field} must be an object.`);
  const checked: Record<string, unknown> = {};
  for (const [key, content] of Object.entries(value)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (check === undefined) {
      const allowed = Object.keys(checks);
      throw new Refusal('BAD_USER_INPUT', `${field} has no "${key}". It takes ${allowed.join(', ')}.`, {
        field: `${field}.${key}`,
        allowed,
      });
    }
    if (content != null) checked[key] = check(content, `${field}.${key}`);
  }
  return checked;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(field: string, message: string): Refusal {
  return new Refusal('BAD_USER_INPUT', message, { field });
}
