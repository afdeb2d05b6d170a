/** What a worker process answers over HTTP, where METRICS_PORT asks for it: health and metrics, nothing else. */
import Fastify from 'fastify';
import type { Config } from '../config.ts';
import { registerHealth, type ReadinessCheck } from './health.ts';
import { requestIdFrom } from './logs.ts';
import { registerMetrics } from './metrics.ts';

export interface WorkerServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startWorkerServer(
  config: Pick<Config, 'host' | 'metricsToken'> & { readonly port: number },
  checks: readonly ReadinessCheck[],
): Promise<WorkerServer> {
  const app = Fastify({
    genReqId: (request) => requestIdFrom(request.headers['x-request-id']),
    forceCloseConnections: true,
    requestTimeout: 30_000,
  });
  let closing = false;
  registerHealth(app, () => closing, { checks });
  registerMetrics(app, config.metricsToken);
  const url = await app.listen({ host: config.host, port: config.port });
  return {
    url,
    async close() {
      closing = true;
      await app.close();
    },
  };
}
