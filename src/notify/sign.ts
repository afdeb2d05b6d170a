/** Signs what is sent: HMAC-SHA256 over "<timestamp>.<body>", one signature for each secret that is in use. */
import { createHmac } from 'node:crypto';

export function signatureOf(secrets: readonly string[], timestamp: string, body: string): string {
  const sign = (secret: string) => `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
  return secrets.map(sign).join(',');
}
