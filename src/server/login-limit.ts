/**
 * How often one address may try to sign in: by address and e-mail, so that nobody locks out another by trying, and by
 * address alone, so that one password is not tried on everybody. Each `login` of a request counts. Refuses RATE_LIMITED.
 */
import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { Refusal } from '../refusal.ts';
import type { Context } from '../resolvers/context.ts';
import { BoundedMap } from './bounded-map.ts';
import { rootFields } from './schema-guard.ts';

const loginLimits = { perAddressAndEmail: 10, perAddress: 60, windowMs: 60_000 } as const;

/** Counts within a window that begins with the first count; answers the seconds to wait, 0 when the limit holds. */
export class WindowCounter {
  readonly #windows = new BoundedMap<string, { count: number; readonly until: number }>(50_000);

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  count(key: string, now: number): number {
    const open = this.#windows.get(key);
    const window = open === undefined || open.until <= now ? { count: 0, until: now + this.windowMs } : open;
    window.count += 1;
    this.#windows.set(key, window);
    return window.count > this.limit ? Math.ceil((window.until - now) / 1000) : 0;
  }
}

const limited = new WeakSet<GraphQLSchema>();

export function limitLogins(schema: GraphQLSchema): void {
  const login = rootFields(schema).get('Mutation.login');
  if (login === undefined || limited.has(schema)) return;
  limited.add(schema);
  const resolve = login.resolve ?? defaultFieldResolver;
  const byPerson = new WindowCounter(loginLimits.perAddressAndEmail, loginLimits.windowMs);
  const byAddress = new WindowCounter(loginLimits.perAddress, loginLimits.windowMs);
  login.resolve = (source, args: unknown, context: Context, info) => {
    const now = Date.now();
    const address = context.clientAddress;
    const wait = Math.max(byAddress.count(address, now), byPerson.count(`${address} ${emailIn(args)}`, now));
    if (wait > 0) throw rateLimited(wait);
    return resolve(source, args, context, info);
  };
}

export function rateLimited(retryAfterSeconds: number): Refusal {
  const message = `Too many tries. Wait ${retryAfterSeconds} seconds.`;
  return new Refusal('RATE_LIMITED', message, { retryAfterSeconds });
}

function emailIn(args: unknown): string {
  const input = isRecord(args) && isRecord(args['input']) ? args['input'] : {};
  const { email } = input;
  return typeof email === 'string' ? email.trim().toLowerCase().slice(0, 254) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
