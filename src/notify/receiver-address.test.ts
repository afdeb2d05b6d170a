import { describe, expect, it } from 'vitest';
import { addressesOf, isPublic, ReceiverRefused } from './receiver-address.ts';

const answering = (...addresses: string[]) => ({ allowPrivate: false, resolve: async () => addresses });

describe('a public address', () => {
  it.each(['1.1.1.1', '93.184.215.14', '172.15.255.255', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001:800::200e'])(
    '%s',
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );
});

describe('not a public address', () => {
  it.each([
    ['this machine', ['127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '0.1.2.3', '::']],
    ['private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', 'fc00::1', 'fdff::1', 'fec0::1']],
    ['the link, and the clouds on it', ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0']],
    ['the provider', ['100.64.0.1', '100.127.255.255', '192.0.0.192']],
    ['many', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    [
      'documents and measurements',
      ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '3fff::1'],
    ],
    ['the future', ['240.0.0.1', '4000::1', 'e000::1']],
    ['IPv4 inside IPv6', ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1']],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::7f00:1']],
    ['6to4 and Teredo', ['2002:7f00:1::', '2001:0:7f00:1::', '192.88.99.1']],
    ['a black hole', ['100::1']],
  ])('%s', (_, addresses) => {
    expect(addresses.filter(isPublic)).toEqual([]);
  });
});

describe('a receiver', () => {
  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0/',
    'https://１２７.０.０.１/',
    'https://localhost/',
  ])('that is this machine or a cloud, however it is spelled: %s', async (url) => {
    await expect(addressesOf(new URL(url), { allowPrivate: false })).rejects.toThrow(ReceiverRefused);
  });

  it('is refused where one of its addresses is private, though the others are not', async () => {
    const url = new URL('https://receiver.example/hook');
    const mixed = answering('1.1.1.1', '2606:4700::1111', '10.1.2.3');
    await expect(addressesOf(url, mixed)).rejects.toThrow('It is at an address that is not public.');
    expect(await addressesOf(url, answering('1.1.1.1', '2606:4700::1111'))).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  it('without an address is not refused for good: names come and go', async () => {
    const nowhere = addressesOf(new URL('https://receiver.example'), answering());
    await expect(nowhere).rejects.not.toThrow(ReceiverRefused);
  });

  it('is called over https only, over http where private addresses are allowed', async () => {
    const url = new URL('http://receiver.example');
    await expect(addressesOf(url, answering('1.1.1.1'))).rejects.toThrow('Only https is allowed.');
    expect(await addressesOf(url, { ...answering('10.1.2.3'), allowPrivate: true })).toEqual([
      { address: '10.1.2.3', family: 4 },
    ]);
    await expect(addressesOf(new URL('file:///etc/passwd'), { allowPrivate: true })).rejects.toThrow(ReceiverRefused);
  });
});
