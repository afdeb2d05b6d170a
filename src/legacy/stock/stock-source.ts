/** The four-table inventory of a resale platform: what is read of it, under our names. */
import { nextStatuses } from '../../domain/stock/stock-status.ts';
import type { LegacySource, SourceTable } from '../source.ts';

const money = {
  purchase_price: 'no price',
  gross_purchase_price: 'no price',
  vat_amount: 'no amount',
  vat_rate: 'no rate',
  profit_per_shelf_day: 'no figure',
  roi_percentage: 'no figure',
};

/** A copy beside `stock`, one row or none for each of its rows. */
const copy = (name: string, optional: Readonly<Record<string, string>>): SourceTable => ({
  ...{ name, key: 'stock_id', required: ['stock_id'], changedAt: null },
  optional,
});

export const stock: LegacySource = {
  name: 'stock',
  tables: [
    {
      ...{ name: 'stock', key: 'id', required: ['id', 'product_id', 'quantity', 'status'], changedAt: null },
      optional: {
        ...money,
        ...{ size_id: 'no size', supplier_id: 'no vendor', delivery_date: 'no day', shelf_life_days: 'no figure' },
        ...{ listed_stockx: 'not listed', listed_alias: 'not listed', listed_local: 'not listed' },
        ...{ detailed_status: 'none', location: 'none', notes: 'none', external_ids: 'none' },
        ...{ created_at: 'now', updated_at: 'when it was made' },
      },
    },
    copy('stock_financial', money),
    copy('stock_lifecycle', {
      shelf_life_days: 'no figure',
      listed_on_platforms: 'no listings',
      status_history: 'no history',
    }),
    copy('stock_metrics', {
      ...{ available_quantity: 'no figure', reserved_quantity: 'no figure' },
      ...{ total_cost: 'no figure', expected_profit: 'no figure' },
    }),
    {
      ...{ name: 'stock_reservation', key: 'id', required: ['id', 'stock_id', 'quantity'], changedAt: null },
      optional: {
        ...{ status: 'active', reserved_until: 'in 30 days', reason: 'none' },
        ...{ reserved_by: 'the system', created_at: 'now' },
      },
    },
  ],
  steps: [],
  codes: { status: Object.keys(nextStatuses) },
};
