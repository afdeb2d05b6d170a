/**
 * What happened in the demo's last 90 days, worked out in memory: batches arrive, are given out first expiry first, run
 * out and are followed by the next; some stand in quarantine or on hold, some units are reserved. Times are the place's
 * own ("2026-03-01 09:30:00"); days count from its today.
 */
import type { DemoLocation } from './demo-people.ts';
import type { DemoProduct } from './demo-products.ts';
import type { Random } from './random.ts';

export const historyDays = 90;

export interface SeedLot {
  readonly id: string;
  readonly productId: string;
  readonly number: string;
  readonly expiresInDays: number;
  readonly receivedDay: number;
  readonly recalled: boolean;
}

export interface SeedStock {
  readonly id: string;
  readonly lot: SeedLot;
  readonly productId: string;
  readonly locationId: string;
  readonly receivedAt: string;
  readonly receivedDay: number;
  readonly quantity: number;
  readonly status: 'AWAITING_INTAKE' | 'LIVE' | 'ON_HOLD' | 'QUARANTINED' | 'SOLD_OUT';
}

export interface SeedLine {
  readonly id: string;
  readonly stock_id: string;
  readonly position: number;
  readonly type: string;
  readonly bucket: string;
  readonly change: number;
  readonly at: string;
  readonly reference_type: string | null;
  readonly reference_id: string | null;
  readonly reason: string | null;
}

export interface SeedDispense {
  readonly id: string;
  readonly event_id: string;
  readonly encounter_id: string;
  readonly location_id: string;
  readonly product_id: string;
  readonly patient_id: string | null;
  readonly quantity: number;
  readonly at: string;
  readonly stg_compliant: boolean;
  readonly override_reason: string | null;
  readonly pregnant: boolean;
  readonly by_generic_name: boolean;
  readonly seconds: number;
}

export interface SeedReservation {
  readonly id: string;
  readonly stock_id: string;
  readonly quantity: number;
  readonly created_at: string;
  readonly hours: number;
}

export interface SeedQuarantine {
  readonly stock_id: string;
  readonly cause: string;
  readonly reference: string;
  readonly quantity: number;
  readonly since: string;
}

export interface PlacedProduct {
  readonly id: string;
  readonly product: DemoProduct;
}

export interface History {
  readonly lots: SeedLot[];
  readonly stocks: SeedStock[];
  readonly lines: SeedLine[];
  readonly dispenses: SeedDispense[];
  readonly reservations: SeedReservation[];
  readonly quarantines: SeedQuarantine[];
}

export interface HistoryInput {
  readonly random: Random;
  readonly now: Date;
  readonly locations: readonly DemoLocation[];
  readonly products: readonly PlacedProduct[];
  readonly patientIds: readonly string[];
  readonly events: number;
}

/** A clock time of a day counted from the place's today, as its own wall shows it. */
export class LocalDays {
  readonly #today: number;

  constructor(now: Date, timeZone: string) {
    this.#today = Date.parse(new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now));
  }

  at(day: number, secondsOfDay: number): string {
    return new Date(this.#today + day * 86_400_000 + secondsOfDay * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  }
}

interface Demand {
  readonly day: number;
  readonly seconds: number;
  readonly quantity: number;
}

interface Batch {
  readonly stock: SeedStock;
  left: number;
}

export class DemoHistory {
  readonly made: History = { lots: [], stocks: [], lines: [], dispenses: [], reservations: [], quarantines: [] };
  readonly #random: Random;
  #lotCount = 0;

  constructor(private readonly input: HistoryInput) {
    this.#random = input.random;
  }

  run(): History {
    let pair = 0;
    for (const location of this.input.locations) {
      const kept = this.input.products.filter(({ product }) => isKept(product, location));
      const weights = kept.reduce((sum, { product }) => sum + product.weight, 0);
      const days = new LocalDays(this.input.now, location.time_zone);
      for (const placed of kept) {
        const events = Math.round((this.input.events * location.share * placed.product.weight) / weights);
        this.#tellPair(location, placed, days, events, pair);
        pair += 1;
      }
    }
    return this.made;
  }

  /** One product at one place. */
  #tellPair(location: DemoLocation, placed: PlacedProduct, days: LocalDays, events: number, pair: number): void {
    const demand = this.#demand(placed.product, events);
    const total = demand.reduce((sum, { quantity }) => sum + quantity, 0);
    const lotSize = roundUp(Math.max(10, total / 1.6));
    let shelf: Batch[] = [];
    for (const wanted of demand) {
      while (shelf.reduce((sum, batch) => sum + batch.left, 0) < wanted.quantity) {
        const day = shelf.length === 0 && wanted.day < 2 - historyDays ? -historyDays - 3 : wanted.day - 1;
        shelf.push(this.#receive(location, placed, days, { day, quantity: lotSize, status: 'LIVE' }));
      }
      this.#dispense(location, placed, days, wanted, shelf);
      shelf = shelf.filter((batch) => batch.left > 0);
    }
    const fresh = this.#receive(location, placed, days, {
      day: -this.#random.between(1, 12),
      quantity: lotSize,
      status: 'LIVE',
      ...this.#nearExpiry(pair),
    });
    this.#reserve(fresh, days, pair);
    this.#setAside(location, placed, days, fresh, pair);
  }

  /** Every horizon of the expiry board has something to show; the rest keeps for long. */
  #nearExpiry(pair: number): { expiresInDays?: number } {
    const horizons: Readonly<Record<number, readonly [number, number]>> = {
      1: [61, 89],
      3: [1, 29],
      5: [31, 59],
      8: [91, 179],
    };
    const horizon = horizons[pair % 11];
    return horizon === undefined ? {} : { expiresInDays: this.#random.between(...horizon) };
  }

  #demand(product: DemoProduct, events: number): Demand[] {
    const random = this.#random;
    return Array.from({ length: events }, () => ({
      day: -random.between(1, historyDays),
      // Open from 8 to 18, busiest around 11.
      seconds: Math.floor(
        (8 + (random.next() + random.next() + (random.chance(0.3) ? random.next() : 0.4)) * 3.6) * 3600,
      ),
      quantity: product.atATime,
    })).sort((a, b) => a.day - b.day || a.seconds - b.seconds);
  }

  #receive(
    location: DemoLocation,
    { id: productId, product }: PlacedProduct,
    days: LocalDays,
    batch: { day: number; quantity: number; status: SeedStock['status']; expiresInDays?: number; recalled?: boolean },
  ): Batch {
    const random = this.#random;
    const { day, quantity, status } = batch;
    const at = Date.parse(days.at(day, 7 * 3600).replace(' ', 'T') + 'Z');
    this.#lotCount += 1;
    const lot: SeedLot = {
      id: random.uuid(at),
      productId,
      number: lotNumber(product, this.#lotCount, random),
      // Each following batch keeps longer than the one before it, so that first expiry first is also first in first out.
      expiresInDays: batch.expiresInDays ?? 200 + day * 2 + random.between(0, 1) + 200,
      receivedDay: day,
      recalled: batch.recalled ?? false,
    };
    const stock: SeedStock = {
      id: random.uuid(at),
      lot,
      productId,
      locationId: location.id,
      receivedAt: days.at(day, 7 * 3600 + random.between(0, 1800)),
      receivedDay: day,
      quantity,
      status,
    };
    this.made.lots.push(lot);
    this.made.stocks.push(stock);
    this.#line(stock.id, 'INTAKE', 'ON_HAND', quantity, stock.receivedAt);
    return { stock, left: quantity };
  }

  #line(
    stockId: string,
    type: string,
    bucket: string,
    change: number,
    at: string,
    more: { id?: string; referenceType?: string; referenceId?: string; reason?: string } = {},
  ): void {
    this.made.lines.push({
      id: more.id ?? this.#random.uuid(Date.parse(`${at.replace(' ', 'T')}Z`)),
      stock_id: stockId,
      position: this.made.lines.length,
      type,
      bucket,
      change,
      at,
      reference_type: more.referenceType ?? null,
      reference_id: more.referenceId ?? null,
      reason: more.reason ?? null,
    });
  }

  #dispense(
    location: DemoLocation,
    { id, product }: PlacedProduct,
    days: LocalDays,
    wanted: Demand,
    shelf: Batch[],
  ): void {
    const random = this.#random;
    const at = days.at(wanted.day, wanted.seconds);
    const instant = Date.parse(`${at.replace(' ', 'T')}Z`);
    const recordId = random.uuid(instant);
    const override = random.chance(0.02);
    this.made.dispenses.push({
      id: recordId,
      event_id: random.uuid(instant),
      encounter_id: random.uuid(instant),
      location_id: location.id,
      product_id: id,
      patient_id: product.category === 'Consumable' ? null : random.pick(this.input.patientIds),
      quantity: wanted.quantity,
      at,
      stg_compliant: !override && random.chance(0.93),
      override_reason: override ? random.pick(overrideReasons) : null,
      pregnant: random.chance(0.015),
      by_generic_name: random.chance(0.7),
      seconds: random.between(45, 620),
    });
    let open = wanted.quantity;
    for (const batch of shelf) {
      const taken = Math.min(open, batch.left);
      if (taken === 0) break;
      batch.left -= taken;
      open -= taken;
      this.#line(batch.stock.id, 'DISPENSE', 'ON_HAND', -taken, at, {
        referenceType: 'dispense_record',
        referenceId: recordId,
      });
    }
  }

  #reserve({ stock }: Batch, days: LocalDays, pair: number): void {
    if (pair % 5 !== 0) return;
    const id = this.#random.uuid(Date.parse(`${stock.receivedAt.replace(' ', 'T')}Z`));
    const at = days.at(-1, 17 * 3600 + 60);
    const quantity = Math.max(1, Math.floor(stock.quantity / 10));
    this.#line(stock.id, 'RESERVE', 'RESERVED', quantity, at, { referenceType: 'stock_reservation', referenceId: id });
    this.made.reservations.push({
      id,
      stock_id: stock.id,
      quantity,
      created_at: at,
      hours: this.#random.between(6, 240),
    });
  }

  /** What is not on the shelf for everyone: one kind for each of a dozen pairs. */
  #setAside(location: DemoLocation, placed: PlacedProduct, days: LocalDays, { stock }: Batch, pair: number): void {
    const at = days.at(-1, 18 * 3600 + 120);
    const some = Math.max(1, Math.floor(stock.quantity / 8));
    const whole = (status: SeedStock['status'], more: { expiresInDays?: number; recalled?: boolean } = {}) =>
      this.#receive(location, placed, days, { day: -this.#random.between(30, 80), quantity: some * 2, status, ...more })
        .stock;
    switch (pair % 12) {
      case 1:
        this.#quarantine(whole('QUARANTINED', { expiresInDays: -this.#random.between(2, 25) }), 'EXPIRY', some * 2, at);
        break;
      case 2: {
        const held = whole('ON_HOLD');
        this.#line(held.id, 'HOLD', 'HOLD', some * 2, at, { reason: 'seal looks tampered with; asked the vendor' });
        break;
      }
      case 4: {
        const waiting = whole('AWAITING_INTAKE');
        this.#line(waiting.id, 'HOLD', 'HOLD', some * 2, waiting.receivedAt);
        break;
      }
      case 6:
        this.#quarantine(stock, 'MANUAL', some, at);
        break;
      case 7:
        this.#line(stock.id, 'DEFECT', 'ON_HAND', -1, at, { reason: 'broken on arrival' });
        this.#line(stock.id, 'DEFECT', 'DEFECTIVE', 1, at, { reason: 'broken on arrival' });
        break;
      case 8:
        this.#line(stock.id, 'SAMPLE', 'ON_HAND', -1, at, { reason: 'kept for training' });
        this.#line(stock.id, 'SAMPLE', 'SAMPLE', 1, at, { reason: 'kept for training' });
        break;
      case 9:
        if (pair % 24 === 9) this.#quarantine(whole('QUARANTINED', { recalled: true }), 'RECALL', some * 2, at);
        break;
      case 10:
        this.#line(stock.id, 'HOLD', 'HOLD', some, at, { reason: 'kept back for the weekend clinic' });
        break;
      case 11:
        this.#line(stock.id, 'ADJUSTMENT', 'ON_HAND', -1, at, { reason: 'one less found at the cycle count' });
        break;
      default:
    }
  }

  #quarantine(stock: SeedStock, cause: string, quantity: number, at: string): void {
    this.#line(stock.id, 'QUARANTINE', 'QUARANTINE', quantity, at);
    const reference = cause === 'MANUAL' ? stock.id : stock.lot.id;
    this.made.quarantines.push({ stock_id: stock.id, cause, reference, quantity, since: at });
  }
}

const overrideReasons = [
  'allergy to the first-line medicine',
  'first-line medicine out of stock',
  'as advised by the hospital',
];

function isKept(product: DemoProduct, { kind }: DemoLocation): boolean {
  if (kind === 'WAREHOUSE') return product.weight >= 3;
  return kind === 'CLINIC' ? product.atClinics : product.atPharmacy;
}

function roundUp(quantity: number): number {
  return Math.ceil(quantity / 10) * 10;
}

function lotNumber(product: DemoProduct, count: number, random: Random): string {
  const letter = product.vendor.slice(0, 1).toUpperCase();
  return `${letter}${String(count).padStart(4, '0')}${random.pick(['A', 'B', 'C', 'D', 'K', 'X'])}${random.between(10, 99)}`;
}
