/**
 * Spans, where traces are asked for. Where they are not, the work is called as it is and nothing of OpenTelemetry is
 * loaded. Names and attributes come from our own code: never a value of a statement or a variable, never a caller's text.
 */
export type Attributes = Readonly<Record<string, string | number>>;

export interface Work {
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'client' | 'internal';
  readonly attributes?: Attributes;
}

/** Of a request: where `traceparent` stands. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Tracing {
  /** Beneath the span under way, or beneath the caller's that the headers name, or a trace of its own. */
  span<T>(work: Work, run: () => Promise<T>, headers?: Headers): Promise<T>;
  isUnderWay(): boolean;
  /** Of the span under way. */
  describe(more: Description): void;
}

export interface Description {
  readonly name?: string;
  readonly attributes?: Attributes;
  readonly failed?: boolean;
}

let tracing: Tracing | null = null;

export function setTracing(chosen: Tracing | null): void {
  tracing = chosen;
}

export async function traced<T>(work: Work, run: () => Promise<T>, headers?: Headers): Promise<T> {
  return tracing === null ? run() : tracing.span(work, run, headers);
}

/** What is only of interest as a part of something: beneath nothing it is no span. Begins the work before it returns. */
export async function tracedWithin<T>(work: Work, run: () => Promise<T>): Promise<T> {
  return tracing?.isUnderWay() === true ? tracing.span(work, run) : run();
}

export function describeSpan(more: Description): void {
  tracing?.describe(more);
}
