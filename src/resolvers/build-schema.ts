/** The schema of the API, from classes that are named here one by one. No middleware: a list would pay for it per field. */
import 'reflect-metadata';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import type { DispensingEventInput } from '../schema/dispensing-event-inputs.ts';
import { DateTime } from '../schema/scalars.ts';
import { AlertFields } from './alert-fields.ts';
import { AlertMutations, AlertQueries } from './alerts.ts';
import { AuditEntryFields, AuditQueries } from './audit-trail.ts';
import { BatchMutations } from './batch-mutations.ts';
import { BarcodeQueries, ParsedBarcodeFields } from './barcode.ts';
import { BrandFields, CatalogueQueries, ProductFields, VendorFields } from './catalogue.ts';
import { CountMutations } from './count-mutations.ts';
import { CountFields, CountLineFields, CountQueries } from './counts.ts';
import { DispenseAllocationFields, DispenseRecordFields, DispenseRecordQueries } from './dispense-records.ts';
import type { Context } from './context.ts';
import { DispenseMutations } from './dispensing.ts';
import { DuplicateFields, DuplicateMutations, DuplicateQueries } from './duplicates.ts';
import { HighRiskAlertFields, HighRiskMutations, HighRiskQueries } from './high-risk.ts';
import {
  DispensingEventFields,
  DispensingEventMutations,
  DispensingEventQueries,
  receiveEvents,
} from './dispensing-events.ts';
import { DispensingSummaryMutations, DispensingSummaryQueries } from './dispensing-summaries.ts';
import { IntakeMutations } from './intake.ts';
import { FefoAllocationFields, FefoQueries, FefoSkipFields } from './fefo.ts';
import { JobMutations, JobQueries, JobRunFields } from './jobs.ts';
import { LotFields, LotQueries } from './lots.ts';
import { OutsidePharmacyFields, OutsidePharmacyMutations, OutsidePharmacyQueries } from './outside-pharmacies.ts';
import { OverviewQueries } from './overview.ts';
import { guardPatients } from './patient-guard.ts';
import { PatientMutations } from './patient-mutations.ts';
import { PatientFields, PatientQueries } from './patients.ts';
import { PeopleMutations } from './people-mutations.ts';
import { LocationFields, PeopleQueries, StorageUnitFields, UserFields } from './people.ts';
import { ProductMutations } from './product-mutations.ts';
import { RecallMatchFields, RecallMatchQueries } from './recall-matches.ts';
import { RecallMutations } from './recall-mutations.ts';
import {
  LotTraceFields,
  PatientExposureFields,
  RecallAcknowledgementFields,
  RecallFields,
  RecallQueries,
} from './recalls.ts';
import { ReservationMutations } from './reservations.ts';
import { StockMetricsFields, StockMetricsQueries } from './stock-metrics.ts';
import { StockMutations } from './stock-mutations.ts';
import { StatusChangeFields, StockFields, StockQueries, StockReservationFields } from './stock.ts';
import { LiveSubscriptions } from './subscriptions.ts';
import {
  TemperatureExcursionFields,
  TemperatureMutations,
  TemperatureQueries,
  TemperatureReadingFields,
} from './temperatures.ts';
import { OpenVialSessionFields, VialQueries, VialUsageFields } from './vials.ts';
import { VialMutations } from './vial-mutations.ts';
import { WasteQueries, WasteRecordFields } from './waste.ts';
import {
  InstructionStateFields,
  ProjectFields,
  ProjectFileFields,
  WorkflowQueries,
  WorkflowTemplateFields,
} from './workflow.ts';
import { TransactionFields, TransactionQueries } from './transactions.ts';
import { TransferMutations } from './transfer-mutations.ts';
import { TransferFields, TransferLineFields, TransferQueries } from './transfers.ts';

const queries = [
  AlertQueries,
  AuditQueries,
  BarcodeQueries,
  CatalogueQueries,
  CountQueries,
  DispenseRecordQueries,
  DispensingEventQueries,
  DispensingSummaryQueries,
  DispensingSummaryMutations,
  DuplicateQueries,
  FefoQueries,
  HighRiskQueries,
  JobQueries,
  LotQueries,
  OutsidePharmacyQueries,
  OverviewQueries,
  PatientQueries,
  PeopleQueries,
  RecallMatchQueries,
  RecallQueries,
  StockMetricsQueries,
  StockQueries,
  TemperatureQueries,
  TransactionQueries,
  TransferQueries,
  VialQueries,
  WasteQueries,
  WorkflowQueries,
] as const;

const mutations = [
  AlertMutations,
  BatchMutations,
  CountMutations,
  DispenseMutations,
  DuplicateMutations,
  DispensingEventMutations,
  HighRiskMutations,
  IntakeMutations,
  JobMutations,
  OutsidePharmacyMutations,
  PatientMutations,
  PeopleMutations,
  ProductMutations,
  RecallMutations,
  ReservationMutations,
  StockMutations,
  TransferMutations,
  TemperatureMutations,
  VialMutations,
] as const;

const fields = [
  AlertFields,
  AuditEntryFields,
  BrandFields,
  CountFields,
  CountLineFields,
  DispenseAllocationFields,
  DispenseRecordFields,
  DispensingEventFields,
  DuplicateFields,
  FefoAllocationFields,
  FefoSkipFields,
  HighRiskAlertFields,
  InstructionStateFields,
  JobRunFields,
  LocationFields,
  LotFields,
  LotTraceFields,
  OpenVialSessionFields,
  OutsidePharmacyFields,
  ParsedBarcodeFields,
  PatientExposureFields,
  PatientFields,
  ProductFields,
  ProjectFields,
  ProjectFileFields,
  RecallAcknowledgementFields,
  RecallFields,
  RecallMatchFields,
  StatusChangeFields,
  StockFields,
  StockMetricsFields,
  StockReservationFields,
  StorageUnitFields,
  TemperatureExcursionFields,
  TemperatureReadingFields,
  TransactionFields,
  TransferFields,
  TransferLineFields,
  UserFields,
  VendorFields,
  VialUsageFields,
  WasteRecordFields,
  WorkflowTemplateFields,
] as const;

/**
 * The schema's builder asks for one, but every subscription of ours follows what it needs: the libraries' own in-memory
 * buffers let one paused socket end the process, or show one subscriber's events to another.
 */
const noPubSub = {
  publish: () => {
    throw new Error('Nothing is published in memory');
  },
  subscribe: () => {
    throw new Error('Nothing is published in memory');
  },
};

export function buildApiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [...queries, ...mutations, LiveSubscriptions, ...fields],
    pubSub: noPubSub,
    validate: false,
    scalarsMap: [{ type: Date, scalar: DateTime }],
  });
  receiveAsSent(schema);
  return guardPatients(schema);
}

/** The builder makes an instance of every input: of a thousand events a tenth of the call, for nothing. */
function receiveAsSent(schema: GraphQLSchema): void {
  const field = schema.getMutationType()?.getFields()['recordDispensingEvents'];
  if (field === undefined) throw new Error('There is no mutation recordDispensingEvents');
  const resolve: GraphQLFieldResolver<unknown, Context, { events: DispensingEventInput[] }> = (
    _source,
    { events },
    ctx,
  ) => receiveEvents(events, ctx);
  field.resolve = resolve;
}
