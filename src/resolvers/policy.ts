/** Who may ask which root field. A field without a line here fails the build; PUBLIC means without signing in. */
import type { Role } from '../actor.ts';
import { patientReaders } from './patient-guard.ts';

export type Policy = Readonly<Record<string, readonly Role[] | 'PUBLIC'>>;

/** Whoever works at a location, and auditors; ANALYST and SERVICE have doors of their own. */
const everyday: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER', 'TECHNICIAN', 'AUDITOR'];
const analytics: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'ANALYST', 'AUDITOR'];

const queries: Policy = {
  'Query.alerts': everyday,
  'Query.auditTrail': ['ADMIN', 'AUDITOR'],
  'Query.count': everyday,
  'Query.counts': everyday,
  'Query.dispenseRecord': everyday,
  'Query.dispenseRecords': everyday,
  'Query.dispensingEvents': analytics,
  'Query.fefoPlan': everyday,
  'Query.highRiskAlerts': analytics,
  'Query.inventoryOverview': everyday,
  'Query.inventoryTransactions': everyday,
  // Who asked for a run may follow it; the runs of others are an ADMIN's to see.
  'Query.job': everyday,
  'Query.jobs': ['ADMIN'],
  'Query.locations': everyday,
  'Query.lot': everyday,
  'Query.lots': everyday,
  'Query.me': everyday,
  'Query.openVial': everyday,
  'Query.openVials': everyday,
  'Query.parseBarcode': everyday,
  'Query.patient': patientReaders,
  'Query.patients': patientReaders,
  'Query.product': everyday,
  'Query.products': everyday,
  'Query.recall': everyday,
  'Query.recallMatches': everyday,
  'Query.recalls': everyday,
  'Query.settings': everyday,
  'Query.stock': everyday,
  'Query.stockMetrics': everyday,
  'Query.stocks': everyday,
  'Query.transfer': everyday,
  'Query.transfers': everyday,
  'Query.temperatureExcursions': everyday,
  'Query.temperatureReadings': everyday,
  'Query.users': ['ADMIN'],
  'Query.vendors': everyday,
  'Query.wasteRecords': everyday,
};

const mutations: Policy = {
  'Mutation.acknowledgeExcursion': ['MANAGER', 'PHARMACIST'],
  'Mutation.acknowledgeAlert': ['MANAGER', 'PHARMACIST', 'PROVIDER', 'TECHNICIAN'],
  'Mutation.acknowledgeRecall': ['MANAGER', 'PHARMACIST'],
  'Mutation.adjustStock': ['MANAGER'],
  'Mutation.approveCount': ['MANAGER'],
  'Mutation.cancelCount': ['MANAGER', 'PHARMACIST'],
  'Mutation.approveTransfer': ['MANAGER'],
  // Who has asked for it, and MANAGERs: who may ask.
  'Mutation.cancelTransfer': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.changeLotStatus': ['MANAGER', 'PHARMACIST'],
  'Mutation.changeStockStatus': ['MANAGER', 'PHARMACIST'],
  'Mutation.closeRecall': ['MANAGER'],
  'Mutation.closeVial': ['PROVIDER', 'PHARMACIST'],
  'Mutation.createPatient': ['MANAGER', 'PHARMACIST', 'PROVIDER'],
  'Mutation.createProduct': ['ADMIN', 'MANAGER'],
  'Mutation.decideRecallMatch': ['MANAGER', 'PHARMACIST'],
  'Mutation.decreaseStock': ['MANAGER', 'PHARMACIST', 'SERVICE'],
  'Mutation.delistFromPlatform': ['MANAGER', 'SERVICE'],
  'Mutation.dispense': ['PHARMACIST', 'PROVIDER', 'SERVICE'],
  'Mutation.fulfilReservation': ['MANAGER', 'PHARMACIST', 'PROVIDER', 'SERVICE'],
  'Mutation.increaseStock': ['MANAGER', 'PHARMACIST', 'SERVICE'],
  'Mutation.intake': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.issueRecall': ['MANAGER', 'PHARMACIST', 'SERVICE'],
  'Mutation.listOnPlatform': ['MANAGER', 'SERVICE'],
  'Mutation.login': 'PUBLIC',
  'Mutation.moveBucket': ['MANAGER', 'PHARMACIST'],
  'Mutation.moveStock': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.openVial': ['PROVIDER', 'PHARMACIST'],
  'Mutation.recordCount': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.receiveTransfer': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.recordTemperatures': ['TECHNICIAN', 'SERVICE'],
  'Mutation.recordWaste': ['PHARMACIST', 'PROVIDER', 'TECHNICIAN'],
  'Mutation.refreshStockMetrics': ['MANAGER'],
  'Mutation.rejectTransfer': ['MANAGER'],
  'Mutation.releaseReservation': ['MANAGER', 'PHARMACIST', 'PROVIDER', 'SERVICE'],
  'Mutation.requestTransfer': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.reserveStock': ['MANAGER', 'PHARMACIST', 'PROVIDER', 'SERVICE'],
  'Mutation.resolveAlert': ['MANAGER', 'PHARMACIST'],
  'Mutation.reverseDispense': ['MANAGER', 'PHARMACIST'],
  'Mutation.reverseVialUsage': ['MANAGER', 'PHARMACIST'],
  'Mutation.saveLocation': ['ADMIN'],
  'Mutation.saveStorageUnit': ['ADMIN', 'MANAGER'],
  'Mutation.saveUser': ['ADMIN'],
  'Mutation.startCount': ['MANAGER', 'PHARMACIST'],
  'Mutation.submitCount': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.reviewHighRiskAlert': ['PHARMACIST'],
  'Mutation.shipTransfer': ['MANAGER', 'PHARMACIST', 'TECHNICIAN'],
  'Mutation.updatePatient': ['MANAGER', 'PHARMACIST', 'PROVIDER'],
  'Mutation.updateProduct': ['ADMIN', 'MANAGER'],
  'Mutation.updateSettings': ['ADMIN'],
  'Mutation.updateStock': ['MANAGER', 'PHARMACIST'],
  'Mutation.useVial': ['PROVIDER', 'PHARMACIST'],
};

const subscriptions: Policy = {
  'Subscription.alertRaised': everyday,
  'Subscription.highRiskAlertRaised': analytics,
  'Subscription.stockChanged': everyday,
};

export const policy: Policy = { ...queries, ...mutations, ...subscriptions };
