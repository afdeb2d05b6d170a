/**
 * What an operation leaves behind, over HTTP and over a socket alike: errors are counted and logged, refusals are on
 * record, and no patient's data leaves before its access row is committed.
 */
import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import { refusalFor } from '../db/database-error.ts';
import { refusals } from '../observe/metrics.ts';
import { describeSpan } from '../observe/tracing.ts';
import { Refusal } from '../refusal.ts';
import type { Context } from '../resolvers/context.ts';
import { isRecorded, logPatientReads, recordRefusals, type RefusedCall } from './access-log.ts';
import { askedFields } from './asked-fields.ts';
import { httpStatus, refusalOf } from './errors.ts';
import { WindowCounter } from './login-limit.ts';
import { operationLabel } from './operation-label.ts';

const refusalsPerActorPerMinute = 30;

export interface Done {
  readonly context: Context;
  /** Both undefined where the request was refused before they were known. */
  readonly document: DocumentNode | undefined;
  readonly operation: OperationDefinitionNode | undefined;
}

export class RequestRecords {
  readonly #recorded = new WindowCounter(refusalsPerActorPerMinute, 60_000);

  constructor(private readonly logger: Logger) {}

  /**
   * Each is counted; only what is our fault is an error in the log, a refusal is an answer like any other. The caller's
   * own names of operations and fields stay out of it: they are free text, and may hold a patient's.
   */
  tellErrors(done: Done, errors: readonly GraphQLError[]): void {
    const { context, operation } = done;
    for (const error of errors) {
      const { code } = refusalOf(error, error.extensions['code']);
      refusals.inc({ code });
      describeSpan({ attributes: { 'lotkeeper.refusal': code }, failed: httpStatus(code) >= 500 });
      const { requestId, actor } = context;
      const at = { operation: operationLabel(operation), field: rootFieldOf(done, error) };
      const fields = { requestId, actorId: actor?.id, ...at, code };
      const err = error.originalError ?? error;
      if (code === 'INTERNAL') this.logger.error({ ...fields, err }, 'request failed');
      else if (httpStatus(code) === 503) this.logger.warn({ ...fields, err }, 'could not answer');
    }
  }

  async recordRefused(done: Done, errors: readonly GraphQLError[]): Promise<void> {
    const { actor, db, requestId } = done.context;
    if (actor === null) return;
    const calls: RefusedCall[] = [];
    for (const error of errors) {
      const refusal = refusalOf(error, error.extensions['code']);
      if (!isRecorded(refusal.code) || this.#recorded.count(actor.id, Date.now()) > 0) continue;
      calls.push({ actorId: actor.id, field: rootFieldOf(done, error) ?? '', refusal, requestId });
    }
    if (calls.length === 0) return;
    try {
      await recordRefusals(db, calls);
    } catch (error) {
      this.logger.error({ requestId, actorId: actor.id, err: error }, 'a refusal could not be recorded');
    }
  }

  /** Null: it may leave. */
  async releasePatientData(done: Done): Promise<Refusal | null> {
    const { actor, db, patientsRead, requestId } = done.context;
    if (patientsRead.size === 0) return null;
    try {
      if (actor === null) throw new Error('Patient data was read for nobody.');
      const patientIds = [...patientsRead];
      await logPatientReads(db, { actorId: actor.id, patientIds, operation: rootFieldNames(done), requestId });
      return null;
    } catch (error) {
      const fields = { requestId, actorId: actor?.id, err: error };
      this.logger.error(fields, 'patient data withheld: its access could not be logged');
      const refusal = refusalFor(error) ?? withheld();
      refusals.inc({ code: refusal.code });
      return refusal;
    }
  }
}

function withheld(): Refusal {
  const message = 'The access log cannot be written, so nothing is shown.';
  return new Refusal('SERVICE_UNAVAILABLE', message, { retryable: true });
}

function rootFieldOf({ document, operation }: Done, error: GraphQLError): string | undefined {
  if (document === undefined || operation === undefined) return undefined;
  return askedFields(document, operation).get(String(error.path?.[0] ?? ''));
}

function rootFieldNames({ document, operation }: Done): string {
  if (document === undefined || operation === undefined) return '';
  return [...askedFields(document, operation).values()].join(',').slice(0, 500);
}
