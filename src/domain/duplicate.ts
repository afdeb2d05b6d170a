/** What the database keeps unique, it refuses for whoever comes second; the answer names the field. */
import { brokenUniqueRule } from '../db/broken-rule.ts';
import { Refusal } from '../refusal.ts';

/** `fields`: which field a unique rule is about. */
export async function refuseDuplicates<T>(
  fields: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const field = fields[brokenUniqueRule(error) ?? ''];
    if (field === undefined) throw error;
    throw new Refusal('DUPLICATE', `Another one with this ${field} exists already.`, { field });
  }
}
