/**
 * One subscription on a socket: what it follows, and the payload of each event, made for the caller as they are then.
 * What goes wrong on the way ends the subscription; a caller who may no more, or a database that cannot answer now, ends
 * the socket with a code that says so, and clients come back by themselves with their cursor.
 */
import { createSourceEventStream, GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Refusal } from '../refusal.ts';
import type { Context } from '../resolvers/context.ts';
import { httpStatus, internalFault, refusalOf, requestRefused } from './errors.ts';
import type { Execute } from './executor.ts';
import { closeCodes, SocketEnd, type LiveSocket } from './live-socket.ts';
import type { ReplicaReads } from './replica-reads.ts';
import type { RequestRecords } from './request-records.ts';
import type { SharedLoaders } from './shared-loaders.ts';
import type { Opened } from './subscription-documents.ts';

export interface OperationTools {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly records: RequestRecords;
  readonly loaders: SharedLoaders;
  /** Null: no event carries a position. */
  readonly replicaReads: ReplicaReads | null;
}

export interface LiveRequest extends Opened {
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** With somebody signed in and something to follow. */
export type LiveContext = Context & { readonly live: NonNullable<Context['live']> };

export class LiveOperation {
  #events: AsyncIterator<unknown> | null = null;

  constructor(
    private readonly tools: OperationTools,
    private readonly socket: LiveSocket,
    private readonly request: LiveRequest,
    private readonly context: LiveContext,
    /** Ends what it follows, and gives its place back; once is enough. */
    private readonly finish: () => void,
  ) {}

  get requestId(): string {
    return this.context.requestId;
  }

  /** Begins to follow; answers what is against it. */
  async start(): Promise<readonly GraphQLError[]> {
    const { document, operationName, variables } = this.request;
    const { schema } = this.tools;
    const contextValue = this.context;
    try {
      const found = await createSourceEventStream({
        ...{ schema, document, operationName, contextValue },
        variableValues: variables,
      });
      if (Symbol.asyncIterator in found) {
        this.#events = found[Symbol.asyncIterator]();
        return [];
      }
      const errors = found.errors ?? [];
      await this.#record(contextValue, errors);
      for (const error of errors) throwIfForSocket(refusalOf(error));
      this.finish();
      return errors.map((error) => this.#withRequestId(error));
    } catch (error) {
      this.finish();
      throw error;
    }
  }

  /** Asked for one at a time, the next when the network has taken the one before. */
  results(): AsyncIterableIterator<ExecutionResult> {
    const over = { done: true, value: undefined } as const;
    return {
      next: async () => {
        try {
          const event = (await this.#events?.next()) ?? over;
          if (event.done !== true) return { done: false, value: await this.#answer(event.value) };
        } catch (error) {
          this.finish();
          throw this.#told(error);
        }
        this.finish();
        return over;
      },
      return: async () => {
        this.finish();
        await this.#events?.return?.();
        return over;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #answer(event: unknown): Promise<ExecutionResult> {
    if (typeof event !== 'object' || event === null) throw new Error('An event is an object');
    const { execute, loaders, records, replicaReads } = this.tools;
    const { document, operation, operationName, variables } = this.request;
    const actor = await this.context.live.access();
    const arrivedAt = performance.now();
    const context: Context = {
      ...this.context,
      ...{ actor, arrivedAt, patientsRead: new Set() },
      // Made where something asks for them: most of what is told of an alert stands in the event itself.
      get loaders() {
        return loaders.of(event, actor);
      },
    };
    const result = await execute({ document, operationName, variables, context, root: event });
    const errors = result.errors ?? [];
    if (errors.length > 0) {
      loaders.forget(event);
      await this.#record(context, errors);
      for (const error of errors) throwIfForSocket(refusalOf(error), error.path?.length === 1);
    }
    const withheld = await records.releasePatientData({ context, document, operation });
    if (withheld !== null) throw withheld;
    if (replicaReads === null) return result;
    // Who reads again because of it must not be shown what was before.
    return { ...result, extensions: { position: await replicaReads.positionOfEvent() } };
  }

  async #record(context: Context, errors: readonly GraphQLError[]): Promise<void> {
    const { document, operation } = this.request;
    const done = { context, document, operation };
    this.tools.records.tellErrors(done, errors);
    await this.tools.records.recordRefused(done, errors);
  }

  /** As the subscriber hears it, who hears nothing more where the socket ends. */
  #told(error: unknown): unknown {
    if (error instanceof SocketEnd) {
      // Told and on record already as what it came of.
      this.socket.end(error.code, error.reason);
      return error;
    }
    const refusal = refusalOf(error);
    const end = endOf(refusal, true);
    if (end !== null) this.socket.end(end.code, end.reason);
    if (refusal.code !== 'INTERNAL') return refusal;
    const { document, operation } = this.request;
    const fault = new GraphQLError('the subscription failed', { originalError: asError(error) });
    this.tools.records.tellErrors({ context: this.context, document, operation }, [fault]);
    return internalFault({ requestId: this.context.requestId });
  }

  #withRequestId(error: GraphQLError): GraphQLError {
    if (refusalOf(error).code !== 'INTERNAL') return error;
    return requestRefused(internalFault({ requestId: this.context.requestId }));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function throwIfForSocket(refusal: Refusal, isForbiddenNow = false): void {
  const end = endOf(refusal, isForbiddenNow);
  if (end !== null) throw end;
}

/** Null for what is no matter of the whole socket. */
export function endOf({ code, message }: Refusal, isForbiddenNow: boolean): SocketEnd | null {
  if (code === 'UNAUTHENTICATED') return new SocketEnd(closeCodes.unauthorized, message);
  if (code === 'FORBIDDEN' && isForbiddenNow) return new SocketEnd(closeCodes.forbidden, message);
  if (httpStatus(code) === 503) return new SocketEnd(closeCodes.tryAgainLater, message);
  return null;
}
