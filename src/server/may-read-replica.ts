/**
 * Which operations a replica may answer: queries of nothing but the lists and figures named here, in which no patient is
 * selected. What a decision hangs on, is looked up by its id or is about a patient is read from the primary, and so is
 * every field that nobody has put on the list.
 */
import {
  BREAK,
  getNamedType,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { askedFields } from './asked-fields.ts';

export const listsAndFigures: ReadonlySet<string> = new Set([
  ...['alerts', 'counts', 'inventoryTransactions', 'lots', 'openVials', 'products', 'recallMatches', 'recalls'],
  ...['stockMetrics', 'stocks', 'temperatureExcursions', 'temperatureReadings', 'transfers', 'vendors', 'wasteRecords'],
  ...['dailySummaries', 'dispensingEvents', 'highRiskAlerts', 'outsidePharmacies', 'prescribingIndicators'],
  ...['inventoryOverview', 'stateAnalytics', 'topMedicines', 'workflowTemplates'],
]);

export function mayReadReplica(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): boolean {
  if (operation.operation !== OperationTypeNode.QUERY) return false;
  const asked = [...askedFields(document, operation).values()];
  return asked.every((field) => listsAndFigures.has(field)) && !namesPatients(schema, document);
}

/** Of the whole document, also in what the operation does not use of it. */
function namesPatients(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  const check = () => {
    const type = types.getType();
    const argument = types.getArgument();
    found ||= isOfPatients(getNamedType(type)?.name) || isOfPatients(argument?.name);
    return found ? BREAK : undefined;
  };
  visit(document, visitWithTypeInfo(types, { Field: check, Argument: check }));
  return found;
}

/** What was done to somebody, also where nobody asks to whom. */
const records: ReadonlySet<string> = new Set(['DispenseRecord', 'VialUsageRecord']);

/** Patient, PatientExposure, patientId. An age group is all that analytics know of somebody: it names nobody. */
function isOfPatients(name: string | undefined): boolean {
  return name !== undefined && (records.has(name) || /^patient(?!AgeGroup$)/i.test(name));
}
