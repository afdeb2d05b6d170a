/**
 * Values that the driver is sure to write. It turns others into JSON, or calls what they bring along; where that fails the
 * statement is never sent, and a COMMIT that is sent with it would keep the transaction without it.
 */
export function requireSendable(values: readonly unknown[]): void {
  if (!values.every(isSendable)) throw new Error('A value of the last statement is of a kind that may not be sent');
}

function isSendable(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isSendable);
  if (typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
  return value === null || value instanceof Date || Buffer.isBuffer(value);
}
