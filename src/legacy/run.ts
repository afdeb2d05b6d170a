/** A run under way: what its phases share. */
import type { Logger } from 'pino';
import type { LegacyOptions, SourceAddress } from './legacy-options.ts';
import { LegacyStopped } from './failure.ts';
import type { Mapping } from './mapping.ts';
import type { Progress } from './progress.ts';
import { retrying } from './retry.ts';
import type { RunRecord } from './run-record.ts';
import type { LegacySource } from './source.ts';
import type { Stage } from './stage.ts';
import type { Target } from './target.ts';

export interface Run {
  readonly record: RunRecord;
  readonly source: LegacySource;
  readonly address: SourceAddress;
  readonly mapping: Mapping;
  readonly options: LegacyOptions;
  readonly stage: Stage;
  readonly target: Target;
  /** What an incremental run goes on from. */
  readonly before: RunRecord | null;
  readonly log: Logger;
  readonly progress: Progress;
  readonly stopping: AbortSignal;
}

/** Does the work again after connection faults, with the target connected anew. It must find on record what is done. */
export async function insist<T>(run: Run, work: () => Promise<T>): Promise<T> {
  return retrying(
    {
      maxRetries: run.options.maxRetries,
      onRetry: (attempt, pauseMs, error) => {
        run.log.warn(
          { attempt, of: run.options.maxRetries, pauseMs: Math.round(pauseMs), err: error },
          'a connection was lost; trying again',
        );
      },
      again: () => run.target.reconnect(),
    },
    work,
  );
}

/** Between two batches. */
export function stopIfAsked({ stopping, record }: Run): void {
  if (!stopping.aborted) return;
  throw new LegacyStopped(`Run ${record.number} was stopped after a whole batch. Go on with --resume.`);
}
