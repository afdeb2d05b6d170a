/**
 * What happens around every GraphQL request. Before: the variables can be stored and the price is within
 * the limit. After: the log has what failed, refusals are on record, and no patient's data leaves
 * before its access row is committed.
 */
import type {
  ApolloServerPlugin,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextWillSendResponse,
} from '@apollo/server';
import { Kind, OperationTypeNode, type DocumentNode, type GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { graphqlDuration, refusals } from '../observe/metrics.ts';
import { describeSpan } from '../observe/tracing.ts';
import { Refusal } from '../refusal.ts';
import { refusalFor } from '../db/database-error.ts';
import { isRecorded, logPatientReads, recordRefusals, type RefusedCall } from './access-log.ts';
import { priceOf, type Price } from './cost.ts';
import { errorBody, httpStatus, refusalOf, requestRefused } from './errors.ts';
import { limits, unstorable } from './limits.ts';
import { WindowCounter } from './login-limit.ts';
import { operationLabel } from './operation-label.ts';
import type { Context } from '../resolvers/context.ts';
import { faultOfVariables } from './text.ts';

const refusalsPerActorPerMinute = 30;

export function requestPlugin(logger: Logger): ApolloServerPlugin<Context> {
  const prices = new WeakMap<DocumentNode, Map<string, Price>>();
  const recorded = new WindowCounter(refusalsPerActorPerMinute, 60_000);
  return {
    async requestDidStart() {
      return {
        async didResolveOperation(request) {
          const refusal = refusalBefore(request, prices);
          nameSpan(request);
          if (refusal !== null) throw requestRefused(refusal);
        },
        async didEncounterErrors(request) {
          tellErrors(logger, request);
          await recordRefused(logger, recorded, request);
        },
        async willSendResponse(request) {
          addRequestId(request);
          await releasePatientData(logger, request);
          measure(request);
        },
      };
    },
  };
}

type Resolved = GraphQLRequestContextDidResolveOperation<Context>;
type Failed = GraphQLRequestContextDidEncounterErrors<Context>;
type Leaving = GraphQLRequestContextWillSendResponse<Context>;

function refusalBefore(request: Resolved, prices: WeakMap<DocumentNode, Map<string, Price>>): Refusal | null {
  if (request.operation?.operation === OperationTypeNode.SUBSCRIPTION) return overWebSocket();
  const fault = faultOfVariables(request.request.variables ?? {});
  if (fault === 'UNSTORABLE') return unstorable();
  if (fault === 'TOO_DEEP') return new Refusal('BAD_USER_INPUT', 'The variables are nested too deeply.');
  const cost = price(request, prices);
  if (cost <= limits.cost) return null;
  const message = 'The query asks for too much at once. Ask for fewer rows (first) or fewer fields.';
  return new Refusal('QUERY_TOO_COMPLEX', message, { what: 'cost', limit: limits.cost, cost: Math.ceil(cost) });
}

function overWebSocket(): Refusal {
  return new Refusal(
    'BAD_USER_INPUT',
    'Subscriptions come over a WebSocket, at this address too (graphql-transport-ws).',
  );
}

/** Kept with the document unless the variables have a say in it. No operation: execution will say which is missing. */
function price(request: Resolved, prices: WeakMap<DocumentNode, Map<string, Price>>): number {
  const { document, operation, operationName, schema } = request;
  if (operation === undefined) return 0;
  const name = operationName ?? '';
  const known = prices.get(document)?.get(name);
  if (known !== undefined && !known.variable) return known.cost;
  const found = priceOf(schema, document, operation, request.request.variables ?? {});
  const byName = prices.get(document) ?? new Map<string, Price>();
  prices.set(document, byName.set(name, found));
  return found.cost;
}

/** Each is counted; only what is our fault is an error in the log, a refusal is an answer like any other. */
function tellErrors(logger: Logger, request: Failed): void {
  for (const error of request.errors) {
    const { code } = refusalOf(error, error.extensions['code']);
    refusals.inc({ code });
    describeSpan({ attributes: { 'lotkeeper.refusal': code }, failed: httpStatus(code) >= 500 });
    const { requestId, actor } = request.contextValue;
    const fields = {
      requestId,
      actorId: actor?.id,
      operation: request.operationName,
      path: error.path?.join('.'),
      code,
    };
    if (code === 'INTERNAL') logger.error({ ...fields, err: error.originalError ?? error }, 'request failed');
    else if (httpStatus(code) === 503)
      logger.warn({ ...fields, err: error.originalError ?? error }, 'could not answer');
  }
}

async function recordRefused(logger: Logger, recorded: WindowCounter, request: Failed): Promise<void> {
  const { actor, db, requestId } = request.contextValue;
  if (actor === null) return;
  const calls: RefusedCall[] = [];
  for (const error of request.errors) {
    const refusal = refusalOf(error, error.extensions['code']);
    if (!isRecorded(refusal.code) || recorded.count(actor.id, Date.now()) > 0) continue;
    calls.push({ actorId: actor.id, field: rootFieldOf(request, error), refusal, requestId });
  }
  if (calls.length === 0) return;
  try {
    await recordRefusals(db, calls);
  } catch (error) {
    logger.error({ requestId, actorId: actor.id, err: error }, 'a refusal could not be recorded');
  }
}

/** The field's own name, not the alias that the caller chose for it. */
function rootFieldOf({ operation }: Failed, error: GraphQLError): string {
  const key = error.path?.[0];
  for (const selection of operation?.selectionSet.selections ?? []) {
    if (selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key) return selection.name.value;
  }
  return typeof key === 'string' ? key : '';
}

function addRequestId({ response, contextValue }: Leaving): void {
  if (response.body.kind !== 'single') return;
  for (const error of response.body.singleResult.errors ?? []) {
    if (error.extensions?.['code'] === 'INTERNAL') error.extensions['context'] = { requestId: contextValue.requestId };
  }
}

async function releasePatientData(logger: Logger, request: Leaving): Promise<void> {
  const { actor, db, patientsRead, requestId } = request.contextValue;
  if (patientsRead.size === 0) return;
  try {
    if (actor === null) throw new Error('Patient data was read for nobody.');
    await logPatientReads(db, {
      actorId: actor.id,
      patientIds: [...patientsRead],
      operation: rootFieldNames(request),
      requestId,
    });
  } catch (error) {
    logger.error(
      { requestId, actorId: actor?.id, err: error },
      'patient data withheld: its access could not be logged',
    );
    const refusal =
      refusalFor(error) ??
      new Refusal('SERVICE_UNAVAILABLE', 'The access log cannot be written, so nothing is shown.', { retryable: true });
    refusals.inc({ code: refusal.code });
    request.response.body = { kind: 'single', singleResult: errorBody(refusal, requestId) };
    request.response.http.status = 503;
  }
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

function rootFieldNames({ operation }: Leaving): string {
  const fields = operation?.selectionSet.selections.flatMap((each) =>
    each.kind === Kind.FIELD ? [each.name.value] : [],
  );
  return (fields ?? []).join(',').slice(0, 500);
}
