/** A real worker process, as `lotkeeper worker` runs it. */
import { startCli, type CliOptions, type CliProcess } from './cli-process.ts';

export interface WorkerOptions extends CliOptions {
  /** Null: the queues lie in PostgreSQL. */
  readonly redisUrl: string | null;
}

export async function startWorker({ redisUrl, ...options }: WorkerOptions): Promise<CliProcess> {
  const env = { ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }), ...options.env };
  return startCli('worker', /^Working on/, { ...options, env });
}
