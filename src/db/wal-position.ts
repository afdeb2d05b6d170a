/** Positions in PostgreSQL's write-ahead log, as it writes them: two hexadecimal numbers of 32 bits, 16/B374D848. */

const form = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i;

/** As one number, so that positions can be compared; null for what is none. */
export function parsePosition(text: string): bigint | null {
  const [, high, low] = form.exec(text) ?? [];
  if (high === undefined || low === undefined) return null;
  return BigInt(`0x${high}`) * 0x1_0000_0000n + BigInt(`0x${low}`);
}

export function writePosition(position: bigint): string {
  const part = (value: bigint) => value.toString(16).toUpperCase();
  return `${part(position / 0x1_0000_0000n)}/${part(position % 0x1_0000_0000n)}`;
}
