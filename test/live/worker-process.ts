/** A real worker process, as `lotkeeper worker` runs it. */
import { startCli, type CliOptions, type CliProcess } from './cli-process.ts';

export async function startWorker(options: CliOptions): Promise<CliProcess> {
  return startCli('worker', /^Working on/, options);
}
