/** Deduplication: patients that are one person are merged, or proposed. */
import type { Run } from './run.ts';

export async function deduplicate(run: Run): Promise<void> {
  run.log.debug('no source of patients');
}
