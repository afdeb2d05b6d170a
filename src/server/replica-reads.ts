/**
 * Queries that the replica answers instead of the primary, and the position that tells how far it has to be. A client sends
 * back the position of its last answer and so never reads less than it has written or seen, whichever process it reaches;
 * one that sends none is answered by the primary. Where the replica fails in the middle of a query, the primary is asked
 * the whole of it: a query changes nothing, and its answer comes from one server.
 */
import { OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Replica, UpToDate } from '../db/replica.ts';
import { parsePosition, writePosition } from '../db/wal-position.ts';
import { countRead, type ReadReason } from '../observe/metrics.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Context } from '../resolvers/context.ts';
import type { ContextOptions } from './contexts.ts';
import { refusalOf } from './errors.ts';
import type { Execute, Operation } from './executor.ts';
import { mayReadReplica } from './may-read-replica.ts';

/** Both ways: what a client has seen, and what it has seen with this answer. */
export const positionHeader = 'lotkeeper-position';

export interface ReplicaReadsOptions extends Pick<ContextOptions, 'createLoaders'> {
  readonly replica: Replica;
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
}

interface Begun {
  readonly context: Context;
  readonly operation: OperationDefinitionNode;
  /** What the client has sent; null where it sent nothing. */
  readonly seen: string | null;
  /** Of the replica that has answered; null where the primary has. */
  position: bigint | null;
}

export class ReplicaReads {
  readonly #begun = new WeakMap<object, Begun>();
  readonly #mayRead = new WeakMap<OperationDefinitionNode, boolean>();

  constructor(private readonly options: ReplicaReadsOptions) {}

  begin(context: Context, operation: OperationDefinitionNode, seen: string | null): void {
    this.#begun.set(context, { context, operation, seen, position: null });
  }

  readonly execute: Execute = async (operation) => {
    const { execute, replica } = this.options;
    const { context } = operation;
    const begun = typeof context === 'object' && context !== null ? this.#begun.get(context) : undefined;
    if (begun === undefined || begun.operation.operation !== OperationTypeNode.QUERY) return execute(operation);
    const source = await this.#source(operation, begun);
    if (typeof source === 'string') {
      countRead(source);
      return execute(operation);
    }
    const result = await execute({ ...operation, context: this.#readingFrom(source, begun.context) });
    if (result.errors?.some((error) => isOfTheServer(refusalOf(error).code)) === true) {
      replica.doubt();
      countRead('failed');
      return execute(operation);
    }
    countRead('replayed');
    begun.position = source.position;
    return result;
  };

  /** What the answer tells its client to send next; null: nothing. Strangers are not told how much is written here. */
  async positionAfter(context: Context): Promise<string | null> {
    const begun = this.#begun.get(context);
    if (begun === undefined || context.actor === null) return null;
    if (begun.position !== null) return writePosition(begun.position);
    const isAsked = begun.operation.operation === OperationTypeNode.MUTATION || begun.seen !== null;
    return isAsked ? this.options.replica.written() : null;
  }

  /** Behind all that an event tells of, which is read when it is told. */
  async positionOfEvent(): Promise<string | null> {
    return this.options.replica.written();
  }

  async #source(
    { document }: Operation,
    { operation, seen }: Begun,
  ): Promise<UpToDate | Exclude<ReadReason, 'replayed'>> {
    const known = this.#mayRead.get(operation) ?? mayReadReplica(this.options.schema, document, operation);
    this.#mayRead.set(operation, known);
    if (!known) return 'operation';
    const position = parsePosition(seen ?? '');
    return position === null ? 'unknown' : this.options.replica.upTo(position);
  }

  /** As the request's own, but for where its reads go. Patients would be on record with it all the same. */
  #readingFrom({ db }: UpToDate, context: Context): Context {
    const loaders = this.options.createLoaders(db, context.actor);
    return { ...context, db, loaders };
  }
}

/** What the caller can do nothing about. A standby also breaks reads off, or locks them out, for what it has to replay. */
function isOfTheServer(code: RefusalCode): boolean {
  return code === 'INTERNAL' || code === 'SERVICE_UNAVAILABLE' || code === 'SERVER_BUSY' || code === 'LOCK_TIMEOUT';
}
