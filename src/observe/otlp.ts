/**
 * OpenTelemetry over OTLP/HTTP. Loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set; the SDK reads its other OTEL_*
 * variables itself (headers, sampling, the service's name). A receiver that is away costs spans, nothing else.
 */
import {
  context,
  diag,
  DiagLogLevel,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ATTR_ERROR_TYPE, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { Refusal } from '../refusal.ts';
import { atMostOnce } from './at-most-once.ts';
import { setTracing, type Tracing } from './tracing.ts';

export interface OtlpOptions {
  readonly endpoint: string;
  readonly serviceName: string;
  readonly version: string;
  readonly onError: (message: string) => void;
}

export interface Exporting {
  /** Sends what is left. */
  close(): Promise<void>;
}

/** For each attempt to send; tried again until it has run out. */
const patienceMs = 2_000;
const quietMs = 60_000;

const kinds = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

export function startOtlp({ endpoint, serviceName, version, onError }: OtlpOptions): Exporting {
  const complain = atMostOnce(quietMs, (words: string) => {
    onError(words.slice(0, 300));
  });
  diag.setLogger({ ...silent, error: complain, warn: complain }, { logLevel: DiagLogLevel.WARN });
  const named = process.env['OTEL_SERVICE_NAME'] === undefined ? { [ATTR_SERVICE_NAME]: serviceName } : {};
  const resource = defaultResource().merge(resourceFromAttributes({ ...named, [ATTR_SERVICE_VERSION]: version }));
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: patienceMs,
  });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register();
  setTracing(tracing());
  return {
    async close() {
      setTracing(null);
      await provider.shutdown().catch((error: unknown) => {
        complain(String(error));
      });
      for (const api of [trace, context, propagation, diag]) api.disable();
    },
  };
}

const nothing = () => undefined;
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing, verbose: nothing };

function tracing(): Tracing {
  const tracer = trace.getTracer('lotkeeper');
  return {
    span({ name, kind, attributes = {} }, run, headers) {
      const parent = headers === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, headers);
      return tracer.startActiveSpan(name, { kind: kinds[kind], attributes }, parent, async (span) => {
        try {
          return await run();
        } catch (error) {
          fail(span, error);
          throw error;
        } finally {
          span.end();
        }
      });
    },
    isUnderWay: () => trace.getActiveSpan() !== undefined,
    describe({ name, attributes, failed }) {
      const span = trace.getActiveSpan();
      if (span === undefined) return;
      if (name !== undefined) span.updateName(name);
      if (attributes !== undefined) span.setAttributes(attributes);
      if (failed === true) span.setStatus({ code: SpanStatusCode.ERROR });
    },
  };
}

/** An error's words may repeat a row's values: only its kind is told. */
function fail(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTR_ERROR_TYPE, kindOf(error));
}

function kindOf(error: unknown): string {
  if (error instanceof Refusal) return error.code;
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
