/** The API without HTTP: the real schema, guarded by the real policy, run by graphql-js with a context of its own each time. */
import { graphql } from 'graphql';
import type { Actor } from '../src/actor.ts';
import { buildApiSchema } from '../src/resolvers/build-schema.ts';
import type { Context } from '../src/resolvers/context.ts';
import { createLoaders, type Loaders } from '../src/resolvers/loaders.ts';
import { policy } from '../src/resolvers/policy.ts';
import { localEmbeddings } from '../src/domain/workflow/local-embeddings.ts';
import { guardSchema } from '../src/server/schema-guard.ts';
import { Refusal } from '../src/refusal.ts';
import type { TestClinic } from './clinic.ts';

const schema = guardSchema(buildApiSchema(), policy);

export interface Answer<Data> {
  readonly data: Data;
  /** Code and path of each refusal: "FORBIDDEN patient.firstName". */
  readonly errors: readonly string[];
  readonly patientsRead: readonly string[];
}

export async function ask<Data>(
  clinic: TestClinic,
  actor: Actor | null,
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer<Data>> {
  const context = contextOf(clinic, actor);
  const { data, errors = [] } = await graphql({ schema, source, variableValues: variables, contextValue: context });
  return {
    data: data as Data,
    errors: errors.map(({ originalError, message, path }) => {
      const said = originalError instanceof Refusal ? originalError.code : message;
      return `${said} ${(path ?? []).join('.')}`.trim();
    }),
    patientsRead: [...context.patientsRead],
  };
}

/** For what must not be refused. */
export async function answer<Data>(
  clinic: TestClinic,
  actor: Actor,
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const { data, errors } = await ask<Data>(clinic, actor, source, variables);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return data;
}

export interface PageOf<Node> {
  readonly nodes: readonly Node[];
  readonly edges?: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Walks a list to its end by its cursors; `source` takes $first and $after and names its field `page`. */
export async function walk<Node>(
  clinic: TestClinic,
  actor: Actor,
  source: string,
  first: number,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (;;) {
    const { page }: { page: PageOf<Node> } = await answer(clinic, actor, source, { ...variables, first, after });
    if (page.nodes.length === 0 && after !== null) throw new Error('A page that was promised must not be empty');
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    if (page.nodes.length !== first) throw new Error('A page that is not the last must be full');
    after = page.pageInfo.endCursor;
  }
}

function contextOf(clinic: TestClinic, actor: Actor | null): Context {
  const { db, gate, patientKey, requestId, arrivedAt } = clinic.session(actor ?? clinic.systemSession().actor);
  let loaders: Loaders | null = null;
  return {
    db,
    gate,
    actor,
    patientKey,
    embeddings: localEmbeddings,
    requestId,
    arrivedAt,
    committed: () => {
      loaders = null;
    },
    clientAddress: '127.0.0.1',
    get loaders() {
      return (loaders ??= createLoaders(clinic.db, actor));
    },
    patientsRead: new Set(),
    signToken: async () => ({ token: 'a token', expiresAt: new Date() }),
    forgetActor: () => undefined,
    live: null,
  };
}
