/** What every operation carries, over HTTP and over a socket alike. */
import type { DataSource } from 'typeorm';
import { Gate } from '../db/gate.ts';
import type { EmbeddingProvider } from '../domain/workflow/embedding-provider.ts';
import { localEmbeddings } from '../domain/workflow/local-embeddings.ts';
import type { Actor } from '../actor.ts';
import type { SignedInUser, Context } from '../resolvers/context.ts';
import type { Loaders } from '../resolvers/loaders.ts';
import type { Identity } from './identity.ts';

export interface ContextOptions {
  readonly db: DataSource;
  readonly identity: Identity;
  readonly patientKey: string;
  readonly createLoaders: (db: DataSource, actor: Actor | null) => Loaders;
  readonly gate?: Gate;
  /** Those made here unless told otherwise. */
  readonly embeddings?: EmbeddingProvider;
  /** Called after each mutation's commit; it must neither fail nor wait. */
  readonly committed?: () => void;
}

export type RequestFacts = Pick<Context, 'actor' | 'requestId' | 'arrivedAt' | 'clientAddress'>;

export function contextMaker(options: ContextOptions): (facts: RequestFacts) => Context {
  const { db, gate = new Gate(), identity, patientKey, createLoaders, committed = () => undefined } = options;
  const { embeddings = localEmbeddings } = options;
  const shared = {
    db,
    gate,
    patientKey,
    embeddings,
    signToken: (user: SignedInUser) => identity.signToken(user),
    forgetActor: (userId: string) => {
      identity.forgetActor(userId);
    },
  };
  return (facts) => {
    // Sixty, which many a mutation needs none of.
    let loaders: Loaders | null = null;
    // As its prototype: Apollo copies a context's own properties, and would make the loaders once and for the whole request.
    const onDemand = {
      get loaders() {
        return (loaders ??= createLoaders(db, facts.actor));
      },
    };
    return Object.assign(Object.create(onDemand) as typeof onDemand, {
      ...shared,
      ...facts,
      committed: () => {
        // What was read before may be so no more: the next mutation of the same request reads anew.
        loaders = null;
        committed();
      },
      patientsRead: new Set<string>(),
      live: null,
    });
  };
}
