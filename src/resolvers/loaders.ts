/**
 * Per-request loaders: many single questions become one statement, and nothing is remembered between requests. What
 * lies at other locations answers as if it were not there; people, catalogue and lots belong to the organisation.
 */
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Actor } from '../actor.ts';
import { columnsOf } from '../db/columns.ts';
import type { Page } from '../db/keyset.ts';
import { read } from '../db/prepared.ts';
import { Values } from '../db/values.ts';
import { targetsOfAlerts } from '../domain/alerts/alert-targets.ts';
import { alertsById } from '../domain/alerts/list-alerts.ts';
import { reversedAts } from '../domain/analytics/list-dispensing-events.ts';
import { sealedAmong } from '../domain/audit-trail.ts';
import { countsById, linesOfCounts } from '../domain/counts/list-counts.ts';
import {
  allocatedLines,
  allocationsOf,
  dispenseRecords,
  eventsOf,
  reversalsOf,
} from '../domain/dispensing/list-dispense-records.ts';
import { outsidePharmaciesById } from '../domain/people/list-outside-pharmacies.ts';
import { atPlaces, type Reader } from '../domain/places.ts';
import { availabilities, type AvailabilityKey } from '../domain/stock/availability.ts';
import { metricsOf } from '../domain/stock/list-stock-metrics.ts';
import { reservationsOf } from '../domain/stock/list-reservations.ts';
import { linesById, stockTransactions, type LineOfStock, type StockPage } from '../domain/stock/list-transactions.ts';
import { lotStatuses } from '../domain/stock/lot-status.ts';
import { openVials, usagesOf, vialMoney, vialUsages, type VialMoney } from '../domain/vials/list-vials.ts';
import { wasteRecords } from '../domain/waste/list-waste.ts';
import { Brand } from '../entities/brand.ts';
import type { DispenseAllocation } from '../entities/dispense-allocation.ts';
import type { DispenseRecord } from '../entities/dispense-record.ts';
import type { DispensingEvent } from '../entities/dispensing-event.ts';
import type { InventoryAlert } from '../entities/inventory-alert.ts';
import type { InventoryCountLine } from '../entities/inventory-count-line.ts';
import type { InventoryCount } from '../entities/inventory-count.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import type { InventoryTransaction } from '../entities/inventory-transaction.ts';
import { Location } from '../entities/location.ts';
import type { OpenVialSession } from '../entities/open-vial-session.ts';
import type { OutsidePharmacy } from '../entities/outside-pharmacy.ts';
import { Patient } from '../entities/patient.ts';
import { Product } from '../entities/product.ts';
import type { StockReservation } from '../entities/stock-reservation.ts';
import { Stock } from '../entities/stock.ts';
import { StorageUnit } from '../entities/storage-unit.ts';
import { User } from '../entities/user.ts';
import { Vendor } from '../entities/vendor.ts';
import type { VialUsageRecord } from '../entities/vial-usage-record.ts';
import type { WasteRecord } from '../entities/waste-record.ts';
import type { AlertTarget } from '../schema/alert-target.ts';
import type { Availability } from '../schema/availability.ts';
import type { LotStatus } from '../schema/enums.ts';
import type { StockMetrics } from '../schema/stock-metrics.ts';
import { byId, lists } from './loader-kinds.ts';
import { highRiskLoaders } from './high-risk-loaders.ts';
import { recallLoaders } from './recall-loaders.ts';
import { transferLoaders } from './transfer-loaders.ts';
import { temperatureLoaders } from './temperature-loaders.ts';
import { workflowLoaders } from './workflow-loaders.ts';

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(db: DataSource, actor: Actor | null) {
  const reader: Reader = actor ?? { isSystem: false, locationIds: [] };
  return {
    ...organisationLoaders(db),
    ...dispensingLoaders(db),
    ...vialLoaders(db, reader),
    counts: byId<InventoryCount>((ids) => countsById(db, reader, ids)),
    linesOfCount: lists(
      (row: InventoryCountLine) => row.countId,
      async (ids) => (actor === null ? [] : linesOfCounts(db, actor, ids)),
    ),
    ...recallLoaders(db, actor),
    ...transferLoaders(db, reader),
    ...temperatureLoaders(db, reader),
    ...highRiskLoaders(db, reader),
    ...workflowLoaders(db),
    outsidePharmacies: byId<OutsidePharmacy>((ids) => outsidePharmaciesById(db, reader, ids)),
    dispenseRecords: byId<DispenseRecord>((ids) => dispenseRecords(db, reader, ids)),
    stocks: byId<Stock>((ids) => stocksWhere(db, reader, 's.id', ids)),
    stocksOfLot: lists(
      (row: Stock) => row.lotId,
      (ids) => stocksWhere(db, reader, 's.lot_id', ids),
    ),
    storageUnitsOfLocation: lists(
      (row: StorageUnit) => row.locationId,
      (ids) => storageUnitsAt(db, reader, ids),
    ),
    metricsOfStock: new DataLoader<string, StockMetrics | null>(async (ids) => {
      const found = new Map((await metricsOf(db, reader, ids)).map((metrics) => [metrics.stockId, metrics]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    reservations: byId<StockReservation>((ids) => reservationsOf(db, reader, 'r.id', ids)),
    reservationsOfStock: lists(
      (row: StockReservation) => row.stockId,
      (ids) => reservationsOf(db, reader, 'r.stock_id', ids),
    ),
    alerts: byId<InventoryAlert>(async (ids) => (actor === null ? [] : alertsById(db, actor, ids))),
    targetsOfAlert: new DataLoader<InventoryAlert, AlertTarget | null, string>(
      async (alerts) => targetsOfAlerts(db, alerts),
      { cacheKeyFn: ({ id }) => id },
    ),
    lotStatuses: new DataLoader<string, LotStatus | null>(async (ids) => {
      const found = await lotStatuses(db, ids);
      return ids.map((id) => found.get(id) ?? null);
    }),
    sealedEntries: new DataLoader<string, boolean>(async (ids) => {
      const sealed = await sealedAmong(db, ids);
      return ids.map((id) => sealed.has(id));
    }),
    availabilities: new DataLoader<AvailabilityKey, Availability, string>((keys) => availabilities(db, reader, keys), {
      cacheKeyFn: ({ of, id, locationId }) => `${of} ${id} ${locationId ?? ''}`,
    }),
    transactions: new DataLoader<LineOfStock, InventoryTransaction | null, string>(
      async (lines) => {
        const found = new Map((await linesById(db, reader, lines)).map((line) => [line.id, line]));
        return lines.map(({ id }) => found.get(id) ?? null);
      },
      { cacheKeyFn: ({ id }) => id },
    ),
    transactionsOfStock: new DataLoader<StockPage, Page<InventoryTransaction>, string>(
      (pages) => stockTransactions(db, reader, pages),
      { cacheKeyFn: ({ stockId, first, after }) => JSON.stringify([stockId, first, after]) },
    ),
  };
}

function organisationLoaders(db: DataSource) {
  const rows = <Row extends { readonly id: string }>(entity: new () => Row, table: string) =>
    byId<Row>((ids) =>
      read<Row>(db, `SELECT ${columnsOf(entity, 'r')} FROM ${table} r WHERE r.id = ANY($1::uuid[])`, [ids]),
    );
  return {
    users: rows(User, 'people."user"'),
    locations: rows(Location, 'people.location'),
    patients: rows(Patient, 'people.patient'),
    vendors: rows(Vendor, 'catalogue.vendor'),
    brands: rows(Brand, 'catalogue.brand'),
    products: rows(Product, 'catalogue.product'),
    lots: rows(InventoryLot, 'inventory.inventory_lot'),
    storageUnits: rows(StorageUnit, 'inventory.storage_unit'),
    brandsOfVendor: lists(
      (row: Brand) => row.vendorId ?? '',
      (ids) =>
        read<Brand>(
          db,
          `SELECT ${columnsOf(Brand, 'b')} FROM catalogue.brand b WHERE b.vendor_id = ANY($1::uuid[]) ORDER BY b.name_key`,
          [ids],
        ),
    ),
    locationsOfUser: lists(
      (row: Location & { readonly userId: string }) => row.userId,
      (ids) =>
        read<Location & { readonly userId: string }>(
          db,
          `SELECT ul.user_id AS "userId", ${columnsOf(Location, 'o')} FROM people.user_location ul JOIN people.location o ON o.id = ul.location_id
         WHERE ul.user_id = ANY($1::uuid[]) ORDER BY o.name, o.id`,
          [ids],
        ),
    ),
  };
}

/** Of records that the reader has been given already: their own statements need no scope. */
function dispensingLoaders(db: DataSource) {
  return {
    allocationsOfRecord: lists(
      (row: DispenseAllocation) => row.dispenseRecordId,
      (ids) => allocationsOf(db, ids),
    ),
    reversalOfRecord: new DataLoader<string, string | null>(async (ids) => {
      const found = new Map((await reversalsOf(db, ids)).map(({ id, reverses }) => [reverses, id]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    eventOfRecord: new DataLoader<string, DispensingEvent | null>(async (ids) => {
      const found = new Map((await eventsOf(db, ids)).map((event) => [event.recordId, event]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    reversedAtOfEvent: new DataLoader<string, Date | null>(async (ids) => {
      const found = new Map((await reversedAts(db, ids)).map(({ eventId, reversedAt }) => [eventId, reversedAt]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    lineOfAllocation: new DataLoader<DispenseAllocation, InventoryTransaction | null, string>(
      async (allocations) => {
        const lines = await allocatedLines(db, [...new Set(allocations.map((each) => each.dispenseRecordId))]);
        const found = new Map(lines.map((line) => [line.id, line]));
        return allocations.map(({ transactionId }) => found.get(transactionId) ?? null);
      },
      { cacheKeyFn: ({ transactionId }) => transactionId },
    ),
  };
}

function vialLoaders(db: DataSource, reader: Reader) {
  return {
    openVials: byId<OpenVialSession>((ids) => openVials(db, reader, ids)),
    vialUsages: byId<VialUsageRecord>((ids) => vialUsages(db, reader, ids)),
    wasteRecords: byId<WasteRecord>((ids) => wasteRecords(db, reader, ids)),
    usagesOfVial: lists(
      (row: VialUsageRecord) => row.sessionId,
      (ids) => usagesOf(db, ids),
    ),
    moneyOfVial: new DataLoader<string, VialMoney | null>(async (ids) => {
      const found = await vialMoney(db, ids);
      return ids.map((id) => found.get(id) ?? null);
    }),
  };
}

async function stocksWhere(db: DataSource, reader: Reader, column: 's.id' | 's.lot_id', ids: readonly string[]) {
  const values = new Values();
  return read<Stock>(
    db,
    `SELECT ${columnsOf(Stock, 's')} FROM inventory.stock s
     WHERE ${column} = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 's.location_id')}
     ORDER BY s.received_at, s.id`,
    values.list,
  );
}

async function storageUnitsAt(db: DataSource, reader: Reader, locationIds: readonly string[]) {
  const values = new Values();
  return read<StorageUnit>(
    db,
    `SELECT ${columnsOf(StorageUnit, 'u')} FROM inventory.storage_unit u
     WHERE u.location_id = ANY(${values.add(locationIds, 'uuid[]')}) AND ${atPlaces(reader, values, 'u.location_id')}
     ORDER BY u.name_key`,
    values.list,
  );
}
