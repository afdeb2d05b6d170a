/** What watches a running process: the log of slow statements, and traces where a receiver is named. */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { logSlowStatements } from '../db/slow-statements.ts';
import type { Closers } from './closers.ts';
import type { Database } from './database.ts';
import { version } from './version.ts';

export async function watchProcess(
  name: 'lotkeeper' | 'lotkeeper-api' | 'lotkeeper-worker',
  { config, database, logger, closers }: Watched,
): Promise<void> {
  if (config.slowStatementMs > 0) {
    const { directUrl } = database;
    const slowLog = logSlowStatements({ fromMs: config.slowStatementMs, directUrl, logger });
    closers.add(() => slowLog.close());
  }
  if (config.otlpEndpoint !== null) {
    // Half a second of loading, which nobody pays who does not trace.
    const { startOtlp } = await import('../observe/otlp.ts');
    const exporting = startOtlp({
      endpoint: config.otlpEndpoint,
      serviceName: name,
      version,
      onError: (words) => {
        logger.warn({ reason: words }, 'traces could not be sent');
      },
    });
    closers.add(() => exporting.close());
  }
}

export interface Watched {
  readonly config: Config;
  readonly database: Database;
  readonly logger: Logger;
  readonly closers: Closers;
}
