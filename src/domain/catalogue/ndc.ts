/**
 * One way to write a National Drug Code: eleven digits as 5-4-2.
 * Guarantees: codes of the same package become the same text. Refuses with BAD_USER_INPUT {field: 'ndc'} what has
 * another shape, and ten digits without hyphens: nobody can tell which part lacks its zero. Locks nothing: pure.
 */
import { Refusal } from '../../refusal.ts';

export function normaliseNdc(text: string): string {
  const code = text.trim();
  if (/^\d{11}$/.test(code)) return `${code.slice(0, 5)}-${code.slice(5, 9)}-${code.slice(9)}`;
  if (!/^(?:\d{4}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d{1,2})$/.test(code)) {
    const shapes = 'Write it with its hyphens (4-4-2, 5-3-2, 5-4-1 or 5-4-2), or as 11 digits.';
    throw new Refusal('BAD_USER_INPUT', `${JSON.stringify(text.slice(0, 40))} is no NDC of a package. ${shapes}`, {
      field: 'ndc',
    });
  }
  const [labeler = '', product = '', pack = ''] = code.split('-');
  return `${labeler.padStart(5, '0')}-${product.padStart(4, '0')}-${pack.padStart(2, '0')}`;
}
