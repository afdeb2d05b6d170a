/**
 * Where a receiver is: its name is resolved once, every address is judged, and the connection is made to exactly these.
 * A name that answers otherwise the next time (DNS rebinding) gains nothing. Only what the whole Internet can route
 * counts as public; addresses that carry another one inside (mapped, NAT64, 6to4, Teredo) do not.
 */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** The receiver is known, but may not be called. */
export class ReceiverRefused extends Error {
  override readonly name = 'ReceiverRefused';
}

export type Resolve = (name: string) => Promise<readonly string[]>;

export async function addressesOf(
  url: URL,
  { allowPrivate, resolve = resolveName }: { readonly allowPrivate: boolean; readonly resolve?: Resolve },
): Promise<readonly [Address, ...Address[]]> {
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    throw new ReceiverRefused('Only https is allowed.');
  }
  // The URL has brought every spelling of a number (octal, hexadecimal, one number) into its plain form.
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = ipaddr.isValid(name) ? [name] : await resolve(name);
  const [first, ...others] = addresses.map(addressOf);
  if (first === undefined) throw new Error('The name has no address.');
  if (!allowPrivate && ![first, ...others].every(({ address }) => isPublic(address))) {
    throw new ReceiverRefused('It is at an address that is not public.');
  }
  return [first, ...others];
}

export function isPublic(address: string): boolean {
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(globalUnicast));
}

/** Of the rest nothing is given out yet, or it is the old form of an IPv4 address. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

function addressOf(address: string): Address {
  return { address, family: ipaddr.parse(address).kind() === 'ipv4' ? 4 : 6 };
}

async function resolveName(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}
