import type { LegacyFlags } from '../legacy/legacy-options.ts';

export type { LegacyFlags };

export interface JsonOption {
  readonly json?: boolean;
}

export interface LegacyMdwFlags extends LegacyFlags, JsonOption {}

export interface LegacyCsvFlags extends LegacyFlags, JsonOption {
  readonly template?: boolean;
}

export interface LegacyStockFlags extends LegacyFlags, JsonOption {
  readonly archive?: string;
}

export interface MigrateOptions extends JsonOption {
  readonly fake?: string;
}

export interface TimescaleOptions {
  readonly back?: boolean;
}

export interface AuditVerifyOptions extends JsonOption {
  readonly head?: string;
}

export interface SeedOptions {
  readonly demo?: boolean;
  readonly scale?: string;
  readonly analytics?: string | true;
}

export interface UserOptions {
  readonly role: string[];
  readonly location?: string[];
  readonly name?: string;
}

export interface CatalogOptions extends JsonOption {
  readonly kind: 'ndc' | 'aware' | 'csv';
}

export interface TemperatureOptions extends JsonOption {
  readonly unit: string;
}

export interface EventImportOptions extends JsonOption {
  readonly format?: string;
  readonly refused?: string;
}

export interface WorkerOptions {
  readonly queues?: string[];
}

export interface DeliveryListOptions extends JsonOption {
  readonly state?: string;
  readonly limit: string;
}

export interface ReplayOptions extends JsonOption {
  readonly id?: string;
  readonly since?: string;
  readonly dead?: boolean;
}
