/**
 * What happens around every GraphQL request over HTTP. Before: it is held against the limits. After: it is measured, and
 * leaves its records (request-records.ts).
 */
import type {
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextWillSendResponse,
} from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { graphqlDuration } from '../observe/metrics.ts';
import { describeSpan } from '../observe/tracing.ts';
import { Refusal } from '../refusal.ts';
import type { Context } from '../resolvers/context.ts';
import { Admission } from './admission.ts';
import { errorBody, requestRefused } from './errors.ts';
import { operationLabel } from './operation-label.ts';
import { positionHeader, type ReplicaReads } from './replica-reads.ts';
import { RequestRecords, type Done } from './request-records.ts';

export function requestPlugin(logger: Logger, replicaReads: ReplicaReads | null): ApolloServerPlugin<Context> {
  const admission = new Admission();
  const records = new RequestRecords(logger);
  return {
    async requestDidStart() {
      return {
        async didResolveOperation(request) {
          const refusal = refusalBefore(request, admission);
          nameSpan(request);
          if (refusal !== null) throw requestRefused(refusal);
          const { contextValue, operation } = request;
          const seen = request.request.http?.headers.get(positionHeader) ?? null;
          if (operation !== undefined) replicaReads?.begin(contextValue, operation, seen);
        },
        async didEncounterErrors(request) {
          records.tellErrors(done(request), request.errors);
          await records.recordRefused(done(request), request.errors);
        },
        async willSendResponse(request) {
          addRequestId(request);
          await releasePatientData(request, records);
          const position = (await replicaReads?.positionAfter(request.contextValue)) ?? null;
          if (position !== null) request.response.http.headers.set(positionHeader, position);
          measure(request);
        },
      };
    },
  };
}

type Resolved = GraphQLRequestContextDidResolveOperation<Context>;
type Leaving = GraphQLRequestContextWillSendResponse<Context>;

function done({ contextValue, document, operation }: GraphQLRequestContext<Context>): Done {
  return { context: contextValue, document, operation };
}

function refusalBefore(request: Resolved, admission: Admission): Refusal | null {
  if (request.operation?.operation === OperationTypeNode.SUBSCRIPTION) return overWebSocket();
  const { schema, document, operation, operationName } = request;
  return admission.refusalOf({
    schema,
    document,
    operation,
    operationName,
    variables: request.request.variables ?? {},
  });
}

function overWebSocket(): Refusal {
  return new Refusal(
    'BAD_USER_INPUT',
    'Subscriptions come over a WebSocket, at this address too (graphql-transport-ws).',
  );
}

function addRequestId({ response, contextValue }: Leaving): void {
  if (response.body.kind !== 'single') return;
  for (const error of response.body.singleResult.errors ?? []) {
    if (error.extensions?.['code'] === 'INTERNAL') error.extensions['context'] = { requestId: contextValue.requestId };
  }
}

async function releasePatientData(request: Leaving, records: RequestRecords): Promise<void> {
  const refusal = await records.releasePatientData(done(request));
  if (refusal === null) return;
  request.response.body = { kind: 'single', singleResult: errorBody(refusal, request.contextValue.requestId) };
  request.response.http.status = 503;
}

function nameSpan({ operation }: Resolved): void {
  const label = operationLabel(operation);
  const type = operation?.operation ?? 'query';
  describeSpan({ name: `${type} ${label}`, attributes: { 'graphql.operation.type': type } });
}

function measure({ operation, contextValue }: Leaving): void {
  const seconds = (performance.now() - contextValue.arrivedAt) / 1_000;
  graphqlDuration.observe({ operation: operationLabel(operation) }, seconds);
}
