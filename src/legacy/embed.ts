/** Embeddings: the text of projects as vectors. */
import type { Run } from './run.ts';

export async function embed(run: Run): Promise<void> {
  run.log.debug('no text');
}
