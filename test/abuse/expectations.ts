/**
 * Who may call what, written down once more and on purpose not taken from the policy: the tests hold one against the
 * other. A root field without a line here fails the matrix.
 */
import { randomUUID } from 'node:crypto';
import type { Role } from '../../src/actor.ts';
import { knownPassword, type Place } from './api.ts';
import type { Arguments } from './walk.ts';

export interface Expectation {
  readonly roles: readonly Role[] | 'EVERYONE';
  /** PLACE: what lies elsewhere answers as what does not exist. ORGANISATION: places have no say in it. */
  readonly scope: 'PLACE' | 'ORGANISATION';
  /** Only who works at every place may: the roles alone do not do. */
  readonly everywhere?: true;
  /** Who has no password, coming from an identity provider. */
  readonly fromProvider?: true;
  /** A good call, as short as can be. */
  readonly args: (at: Place) => Arguments;
}

const atWork: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER', 'TECHNICIAN', 'AUDITOR'];
const analysts: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'ANALYST', 'AUDITOR'];
const nothing = () => ({});

const place = (roles: Expectation['roles'], args: Expectation['args'] = nothing): Expectation => ({
  roles,
  scope: 'PLACE',
  args,
});
const organisation = (roles: Expectation['roles'], args: Expectation['args'] = nothing): Expectation => ({
  roles,
  scope: 'ORGANISATION',
  args,
});
/** A mutation that takes a key: a new one for each call. */
const keyed = (roles: readonly Role[], input: (at: Place) => Arguments): Expectation =>
  place(roles, (at) => ({ input: { idempotencyKey: randomUUID(), ...input(at) } }));

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const justNow = () => new Date().toISOString();
const somebody = () => ({ firstName: 'Some', lastName: 'Body' });
const something = () => ({ name: `Thing ${randomUUID()}`, category: 'Test', stockUnit: 'vial' });
const somethingGiven = (pharmacyId: string) => ({
  ...{ pharmacyId, dispenseRecordId: randomUUID(), timestamp: justNow(), userId: 'u', drugId: 'd', drugName: 'Drug' },
});
const someDays = { from: '2026-01-01', to: '2026-01-02' };

export const expectations: Readonly<Record<string, Expectation>> = {
  'Query.me': organisation(atWork),
  'Query.users': organisation(['ADMIN']),
  'Query.settings': organisation(atWork),
  'Query.locations': organisation(atWork),
  'Query.allLocations': organisation(atWork),
  'Query.providers': place(atWork, ({ locationId }) => ({ locationId })),
  'Query.product': organisation(atWork, ({ productId }) => ({ id: productId })),
  'Query.products': organisation(atWork),
  'Query.vendors': organisation(atWork),
  'Query.lot': organisation(atWork, ({ lotId }) => ({ id: lotId })),
  'Query.lots': organisation(atWork),
  'Query.stock': place(atWork, ({ stockId }) => ({ id: stockId })),
  'Query.stocks': place(atWork, ({ locationId }) => ({ filter: { locationId } })),
  'Query.stockMetrics': place(atWork, ({ locationId }) => ({ filter: { locationId } })),
  'Query.inventoryTransactions': place(atWork, ({ stockId }) => ({ filter: { stockId } })),
  'Query.fefoPlan': place(atWork, ({ productId, locationId }) => ({ productId, locationId, quantity: '1' })),
  'Query.alerts': place(atWork, ({ locationId }) => ({ filter: { locationId } })),
  'Query.auditTrail': place(['ADMIN', 'AUDITOR'], ({ dispenseRecordId }) => ({ entityId: dispenseRecordId })),
  'Query.inventoryOverview': place(atWork, ({ locationId }) => ({ locationId })),
  'Query.parseBarcode': organisation(atWork, () => ({ data: '(01)09506000134352(10)ABC123' })),
  'Query.dispenseRecord': place(atWork, ({ dispenseRecordId }) => ({ id: dispenseRecordId })),
  'Query.dispenseRecords': place(atWork, ({ locationId }) => ({ locationId })),
  'Query.dispensingEvents': place(analysts, ({ locationId }) => ({
    filter: { pharmacyId: locationId },
  })),
  'Query.highRiskAlerts': place(analysts, ({ locationId }) => ({ pharmacyId: locationId })),
  'Query.dailySummaries': place(analysts, ({ locationId }) => ({ pharmacyId: locationId, ...someDays })),
  'Query.prescribingIndicators': place(analysts, ({ locationId }) => ({ pharmacyId: locationId, ...someDays })),
  'Query.topMedicines': place(analysts, ({ locationId }) => ({ pharmacyId: locationId, ...someDays })),
  'Query.outsidePharmacies': place(analysts),
  'Query.openVial': place(atWork, ({ sessionId }) => ({ id: sessionId })),
  'Query.openVials': place(atWork, ({ locationId }) => ({ locationId })),
  'Query.count': place(atWork, ({ countId }) => ({ id: countId })),
  'Query.counts': place(atWork, ({ locationId }) => ({ locationId })),
  'Query.transfer': place(atWork, ({ transferId }) => ({ id: transferId })),
  'Query.transfers': place(atWork, ({ locationId }) => ({ locationId })),
  'Query.wasteRecords': place(atWork, ({ locationId }) => ({ locationId })),
  'Query.recall': organisation(atWork, ({ recallId }) => ({ id: recallId })),
  'Query.recalls': organisation(atWork),
  'Query.temperatureReadings': place(atWork, ({ storageUnitId }) => ({
    ...{ storageUnitId, from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' },
  })),
  'Query.temperatureExcursions': place(atWork, ({ storageUnitId }) => ({ storageUnitId })),
  'Query.recallMatches': organisation(atWork),
  'Query.patient': organisation(['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER'], ({ patientId }) => ({ id: patientId })),
  'Query.jobs': organisation(['ADMIN']),
  'Query.job': organisation(atWork, () => ({ id: randomUUID() })),
  'Query.patients': organisation(['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER']),
  'Query.duplicateCandidates': organisation(['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER']),
  'Query.project': organisation(atWork, ({ projectId }) => ({ id: projectId })),
  'Query.projects': organisation(atWork),
  'Query.similarProjects': organisation(atWork, ({ projectId }) => ({ projectId })),
  'Query.stateAnalytics': organisation(atWork),
  'Query.workflowTemplates': organisation(atWork),
  'Query.migrationRuns': organisation(['ADMIN']),

  'Mutation.login': organisation('EVERYONE', ({ userId }) => ({
    input: { email: `${userId}@example.test`, password: knownPassword },
  })),
  'Mutation.createPatient': organisation(['MANAGER', 'PHARMACIST', 'PROVIDER'], () => ({ input: somebody() })),
  'Mutation.updatePatient': organisation(['MANAGER', 'PHARMACIST', 'PROVIDER'], ({ patientId }) => ({
    id: patientId,
    input: somebody(),
  })),
  'Mutation.mergePatients': organisation(['MANAGER'], ({ candidateId, patientId }) => ({
    input: { candidateId, keep: patientId },
  })),
  'Mutation.unmergePatients': organisation(['MANAGER'], ({ candidateId }) => ({
    input: { candidateId, reason: 'two people' },
  })),
  'Mutation.dismissDuplicate': organisation(['MANAGER'], ({ candidateId }) => ({ input: { candidateId } })),
  'Mutation.saveLocation': organisation(['ADMIN'], () => ({
    input: { code: randomUUID(), name: 'A place', kind: 'CLINIC', timeZone: 'UTC' },
  })),
  'Mutation.saveOutsidePharmacy': place(['ADMIN'], ({ locationId }) => ({
    input: { locationId, code: randomUUID(), name: 'A pharmacy', timeZone: 'UTC' },
  })),
  'Mutation.saveStorageUnit': place(['ADMIN', 'MANAGER'], ({ locationId }) => ({
    input: { locationId, name: randomUUID(), minCelsius: '2', maxCelsius: '8' },
  })),
  'Mutation.saveUser': place(['ADMIN'], ({ locationId }) => ({
    input: {
      email: `${randomUUID()}@example.test`,
      displayName: 'New',
      roles: ['TECHNICIAN'],
      locationIds: [locationId],
    },
  })),
  'Mutation.setWitnessPin': {
    ...organisation(['MANAGER', 'PHARMACIST', 'PROVIDER'], () => ({ input: { pin: '802613' } })),
    fromProvider: true,
  },
  'Mutation.updateSettings': organisation(['ADMIN'], () => ({ input: { currency: 'EUR' } })),
  'Mutation.aggregateDispensing': place(['MANAGER'], ({ locationId }) => ({
    input: { pharmacyId: locationId, ...someDays },
  })),
  'Mutation.refreshStockMetrics': organisation(['MANAGER']),
  'Mutation.createProduct': organisation(['ADMIN', 'MANAGER'], () => ({ input: something() })),
  'Mutation.updateProduct': organisation(['ADMIN', 'MANAGER'], ({ productId }) => ({
    id: productId,
    input: something(),
  })),

  'Mutation.recordDispensingEvents': place(['PHARMACIST', 'SERVICE'], ({ locationId }) => ({
    events: [somethingGiven(locationId)],
  })),
  'Mutation.reverseDispensingEvents': place(['PHARMACIST', 'SERVICE'], ({ locationId }) => ({
    input: { pharmacyId: locationId, dispenseRecordIds: ['of which there is none'] },
  })),
  'Mutation.recordTemperatures': place(['TECHNICIAN', 'SERVICE'], ({ storageUnitId }) => ({
    readings: [{ storageUnitId, celsius: '5', measuredAt: justNow() }],
  })),
  'Mutation.acknowledgeExcursion': place(['MANAGER', 'PHARMACIST'], ({ excursionId }) => ({
    input: { excursionId, comment: 'seen' },
  })),
  'Mutation.acknowledgeAlert': place(['MANAGER', 'PHARMACIST', 'PROVIDER', 'TECHNICIAN'], ({ alertId }) => ({
    input: { alertId },
  })),
  'Mutation.resolveAlert': place(['MANAGER', 'PHARMACIST'], ({ alertId }) => ({ input: { alertId, note: 'done' } })),
  'Mutation.intake': keyed(['MANAGER', 'PHARMACIST', 'TECHNICIAN'], ({ locationId, productId }) => ({
    ...{ locationId, productId, vendorName: 'Vendor', manufacturerLotNumber: randomUUID() },
    ...{ quantity: '1', cogsMode: 'FIXED', unitCogs: '1', paymentTerms: 'COD' },
  })),
  'Mutation.decreaseStock': keyed(['MANAGER', 'PHARMACIST', 'SERVICE'], ({ stockId }) => ({
    ...{ stockId, quantity: '1', referenceType: 'order', referenceId: 'order-1' },
  })),
  'Mutation.increaseStock': keyed(['MANAGER', 'PHARMACIST', 'SERVICE'], ({ stockId }) => ({
    ...{ stockId, quantity: '1', referenceType: 'order', referenceId: 'order-1' },
  })),
  'Mutation.adjustStock': keyed(['MANAGER'], ({ stockId }) => ({ stockId, newOnHand: '9000', reason: 'counted' })),
  'Mutation.moveBucket': keyed(['MANAGER', 'PHARMACIST'], ({ stockId }) => ({
    ...{ stockId, from: 'ON_HAND', to: 'HOLD', quantity: '1', reason: 'to look at' },
  })),
  'Mutation.changeStockStatus': keyed(['MANAGER', 'PHARMACIST'], ({ stockId }) => ({
    ...{ stockId, status: 'ON_HOLD', reason: 'to look at' },
  })),
  'Mutation.moveStock': place(['MANAGER', 'PHARMACIST', 'TECHNICIAN'], ({ stockId }) => ({
    input: { stockId, zone: 'B' },
  })),
  'Mutation.changeLotStatus': {
    ...keyed(['MANAGER', 'PHARMACIST'], ({ lotId }) => ({ lotId, quarantined: false, reason: 'as it is' })),
    scope: 'ORGANISATION',
  },
  'Mutation.updateStock': place(['MANAGER', 'PHARMACIST'], ({ stockId }) => ({ input: { stockId, notes: 'noted' } })),
  'Mutation.listOnPlatform': place(['MANAGER', 'SERVICE'], ({ stockId }) => ({
    input: { stockId, platform: 'shop', price: '9' },
  })),
  'Mutation.delistFromPlatform': place(['MANAGER', 'SERVICE'], ({ stockId }) => ({
    input: { stockId, platform: 'shop' },
  })),
  'Mutation.reserveStock': keyed(['MANAGER', 'PHARMACIST', 'PROVIDER', 'SERVICE'], ({ stockId }) => ({
    ...{ stockId, quantity: '1', reservedUntil: inAnHour() },
  })),
  'Mutation.releaseReservation': keyed(['MANAGER', 'PHARMACIST', 'PROVIDER', 'SERVICE'], ({ reservationId }) => ({
    reservationId,
  })),
  'Mutation.fulfilReservation': keyed(['MANAGER', 'PHARMACIST', 'PROVIDER', 'SERVICE'], ({ reservationId }) => ({
    reservationId,
  })),
  'Mutation.dispense': keyed(['PHARMACIST', 'PROVIDER', 'SERVICE'], ({ locationId, productId }) => ({
    locationId,
    lines: [{ productId, quantity: '1' }],
  })),
  'Mutation.openVial': keyed(['PROVIDER', 'PHARMACIST'], ({ stockId }) => ({ stockId })),
  'Mutation.useVial': keyed(['PROVIDER', 'PHARMACIST'], ({ sessionId, patientId, userId }) => ({
    ...{ sessionId, patientId, providerId: userId, doses: '1' },
  })),
  'Mutation.reverseVialUsage': keyed(['MANAGER', 'PHARMACIST'], ({ usageId }) => ({ usageId, reason: 'not drawn' })),
  'Mutation.closeVial': keyed(['PROVIDER', 'PHARMACIST'], ({ sessionId }) => ({ sessionId, wasteReason: 'SPILLED' })),
  'Mutation.recordWaste': keyed(['PHARMACIST', 'PROVIDER', 'TECHNICIAN'], ({ stockId }) => ({
    ...{ stockId, quantity: '1', reason: 'DAMAGED' },
  })),
  'Mutation.startCount': place(['MANAGER', 'PHARMACIST'], ({ locationId }) => ({ input: { locationId } })),
  'Mutation.recordCount': place(['MANAGER', 'PHARMACIST', 'TECHNICIAN'], ({ countId, countLineId }) => ({
    input: { countId, lines: [{ lineId: countLineId, counted: '3' }] },
  })),
  'Mutation.submitCount': keyed(['MANAGER', 'PHARMACIST', 'TECHNICIAN'], ({ countId }) => ({ countId })),
  'Mutation.approveCount': keyed(['MANAGER'], ({ countId }) => ({ countId })),
  'Mutation.cancelCount': keyed(['MANAGER', 'PHARMACIST'], ({ countId }) => ({ countId })),
  'Mutation.issueRecall': {
    ...keyed(['MANAGER', 'PHARMACIST', 'SERVICE'], ({ productId }) => ({
      ...{ reference: 'R-2', recallClass: 'CLASS_III', reason: 'to be looked at', productId },
      ...{ lotNumbers: ['of which there is none'] },
    })),
    scope: 'ORGANISATION',
  },
  'Mutation.decideRecallMatch': {
    ...keyed(['MANAGER', 'PHARMACIST'], ({ recallMatchId }) => ({ matchId: recallMatchId, confirm: false })),
    scope: 'ORGANISATION',
  },
  'Mutation.acknowledgeRecall': place(['MANAGER', 'PHARMACIST'], ({ recallId, locationId }) => ({
    input: { recallId, locationId },
  })),
  'Mutation.closeRecall': {
    ...keyed(['MANAGER'], ({ recallId }) => ({ recallId, resolution: 'sent back' })),
    scope: 'ORGANISATION',
    everywhere: true,
  },
  'Mutation.requestTransfer': keyed(
    ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
    ({ locationId, thirdPlaceId, stockId }) => ({
      ...{ fromLocationId: locationId, toLocationId: thirdPlaceId, lines: [{ stockId, quantity: '1' }] },
    }),
  ),
  'Mutation.approveTransfer': keyed(['MANAGER'], ({ transferId }) => ({ transferId })),
  'Mutation.rejectTransfer': keyed(['MANAGER'], ({ transferId }) => ({ transferId })),
  'Mutation.cancelTransfer': keyed(['MANAGER', 'PHARMACIST', 'TECHNICIAN'], ({ transferId }) => ({ transferId })),
  'Mutation.shipTransfer': keyed(['MANAGER', 'PHARMACIST', 'TECHNICIAN'], ({ transferId }) => ({ transferId })),
  'Mutation.receiveTransfer': keyed(['MANAGER', 'PHARMACIST', 'TECHNICIAN'], ({ incomingId, incomingLineId }) => ({
    ...{ transferId: incomingId, lines: [{ lineId: incomingLineId, received: '1' }] },
  })),
  'Mutation.reverseDispense': keyed(['PHARMACIST', 'MANAGER'], ({ dispenseRecordId }) => ({
    ...{ dispenseRecordId, returnToStock: true, reason: 'not wanted' },
  })),
  'Mutation.reviewHighRiskAlert': place(['PHARMACIST'], ({ highRiskAlertId }) => ({
    input: { alertId: highRiskAlertId, decision: 'CLEARED', notes: 'known here' },
  })),

  'Subscription.alertRaised': place(atWork, ({ locationId }) => ({ locationId })),
  'Subscription.highRiskAlertRaised': place(analysts, ({ locationId }) => ({ pharmacyId: locationId })),
  'Subscription.stockChanged': place(atWork, ({ locationId, productId }) => ({ locationId, productId })),
};

export function expectationOf(name: string): Expectation {
  const expectation = expectations[name];
  if (expectation === undefined)
    throw new Error(`No line says who may call ${name}: add it to test/abuse/expectations.ts.`);
  return expectation;
}

export function mayCall(name: string, role: Role | null): boolean {
  const { roles } = expectationOf(name);
  return roles === 'EVERYONE' || (role !== null && roles.includes(role));
}

/** One who may call the field. */
export function someRoleFor(name: string): Role {
  const { roles } = expectationOf(name);
  const role = roles === 'EVERYONE' ? 'PROVIDER' : roles[0];
  if (role === undefined) throw new Error(`Nobody may call ${name}.`);
  return role;
}
