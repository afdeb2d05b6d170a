/**
 * From the passing tables into the real ones, in this order. A stock row's sums and the ledger's before and after are
 * sums over the same lines. Times of day are the place's own and become instants here.
 */
import { reviewQueue, riskKeyOf } from './seed-risk.ts';

const actor = (role: string) => `(SELECT id FROM seed_role WHERE role = '${role}')`;

const lots = `
  INSERT INTO inventory.inventory_lot (id, lot_code, product_id, vendor_id, manufacturer_lot_number, manufactured_on, expires_on, received_at, recalled)
  SELECT a.lot_id, a.lot_code, a.product_id, a.vendor_id, a.lot_number, a.manufactured_on, a.expires_on, a.received_at AT TIME ZONE o.time_zone, a.recalled
  FROM seed_arrival a JOIN people.location o ON o.id = a.location_id`;

const stocks = `
  WITH total AS (
    SELECT stock_id, count(*) AS lines, max(at) AS last_at,
      sum(change) FILTER (WHERE bucket = 'ON_HAND') AS on_hand, sum(change) FILTER (WHERE bucket = 'RESERVED') AS reserved,
      sum(change) FILTER (WHERE bucket = 'QUARANTINE') AS quarantine, sum(change) FILTER (WHERE bucket = 'HOLD') AS hold,
      sum(change) FILTER (WHERE bucket = 'DEFECTIVE') AS defective, sum(change) FILTER (WHERE bucket = 'SAMPLE') AS sample
    FROM seed_line GROUP BY stock_id
  ), row AS (
    SELECT a.*, t.lines, coalesce(t.on_hand, 0) AS on_hand, coalesce(t.reserved, 0) AS reserved, coalesce(t.quarantine, 0) AS quarantine,
      coalesce(t.hold, 0) AS hold, coalesce(t.defective, 0) AS defective, coalesce(t.sample, 0) AS sample,
      a.received_at AT TIME ZONE o.time_zone AS came_at, t.last_at AT TIME ZONE o.time_zone AS changed_at,
      CASE WHEN a.status = 'LIVE' AND t.on_hand = 0 THEN 'SOLD_OUT' ELSE a.status END::inventory.stock_status AS now_status
    FROM seed_arrival a JOIN total t ON t.stock_id = a.id JOIN people.location o ON o.id = a.location_id
  )
  INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, vendor_id, storage_unit_id, shelf, status,
    on_hand_quantity, reserved_quantity, quarantine_quantity, hold_quantity, defective_quantity, sample_quantity,
    cogs_mode, unit_cogs, unit_cogs_min, unit_cogs_max, payment_terms, purchase_price, gross_purchase_price, vat_rate, vat_amount,
    delivered_on, shelf_life_days, roi_percentage, profit_per_shelf_day, status_history,
    lot_recalled, lot_expires_on, ledger_seq, version, received_at, created_at, updated_at)
  SELECT id, batch_code, sku, product_id, lot_id, location_id, vendor_id, storage_unit_id, shelf, now_status,
    on_hand, reserved, quarantine, hold, defective, sample,
    CASE WHEN is_range THEN 'RANGE' ELSE 'FIXED' END::inventory.cogs_mode, CASE WHEN NOT is_range THEN unit_cogs END,
    CASE WHEN is_range THEN round(unit_cogs * 0.9, 4) END, CASE WHEN is_range THEN round(unit_cogs * 1.1, 4) END,
    payment_terms, round(unit_cogs * quantity, 4), round(unit_cogs * quantity, 4), 0, 0,
    received_at::date, shelf_life_days, roi_percentage, round(round(unit_cogs * quantity, 4) * roi_percentage / 100 / shelf_life_days, 4),
    CASE WHEN status = 'AWAITING_INTAKE' THEN '[]' ELSE jsonb_build_array(
      jsonb_build_object('from', 'AWAITING_INTAKE', 'to', status, 'at', came_at, 'by', ${actor('TECHNICIAN')}, 'reason', 'seed')) END
    || CASE WHEN now_status = status THEN '[]' ELSE jsonb_build_array(
      jsonb_build_object('from', status, 'to', now_status, 'at', changed_at, 'by', ${actor('PHARMACIST')}, 'reason', 'seed')) END,
    recalled, expires_on, lines, lines, came_at, came_at, changed_at
  FROM row`;

/** Closed without release: their lots stay blocked. One a lot, under the lot's id as it were. */
const recalls = `
  WITH issued AS (
    INSERT INTO inventory.recall (id, reference, recall_class, status, reason, source, product_id, lot_numbers, lot_number_keys, issued_by, issued_at,
      closed_by, closed_at, resolution)
    SELECT md5(l.id::text)::uuid, 'MFR-' || l.manufacturer_lot_number, 'CLASS_II', 'CLOSED', 'Particles were found in a retained sample.',
      'Letter of the manufacturer', l.product_id, ARRAY[l.manufacturer_lot_number], ARRAY[l.lot_number_key], ${actor('PHARMACIST')},
      s.last_at - interval '1 hour', ${actor('MANAGER')}, s.last_at, 'All of it is locked away, to be sent back.'
    FROM inventory.inventory_lot l, LATERAL (SELECT max(updated_at) AS last_at FROM inventory.stock WHERE lot_id = l.id) s WHERE l.recalled
  ), named AS (
    INSERT INTO inventory.recall_lot (recall_id, lot_id) SELECT md5(id::text)::uuid, id FROM inventory.inventory_lot WHERE recalled
  )
  INSERT INTO inventory.recall_acknowledgement (recall_id, location_id, acknowledged_by, acknowledged_at)
  SELECT md5(lot_id::text)::uuid, location_id, ${actor('PHARMACIST')}, max(updated_at) FROM inventory.stock WHERE lot_recalled GROUP BY lot_id, location_id`;

const ledger = `
  INSERT INTO inventory.inventory_transaction (id, recorded_at, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before,
    quantity_after, unit_cost, lot_id, product_id, location_id, reference_type, reference_id, reason, performed_by, occurred_at, request_id)
  SELECT l.id, l.at AT TIME ZONE o.time_zone, l.stock_id, row_number() OVER (PARTITION BY l.stock_id ORDER BY l.position), l.type, l.bucket, l.change,
    sum(l.change) OVER bucket_so_far - l.change, sum(l.change) OVER bucket_so_far, s.unit_cost, s.lot_id, s.product_id, s.location_id,
    l.reference_type, l.reference_id, l.reason,
    CASE WHEN l.type = 'DISPENSE' THEN ${actor('PHARMACIST')} ELSE ${actor('TECHNICIAN')} END, l.at AT TIME ZONE o.time_zone, 'seed'
  FROM seed_line l JOIN inventory.stock s ON s.id = l.stock_id JOIN people.location o ON o.id = s.location_id
  WINDOW bucket_so_far AS (PARTITION BY l.stock_id, l.bucket ORDER BY l.position)`;

const records = `
  INSERT INTO inventory.dispense_record (id, encounter_id, location_id, product_id, patient_id, provider_id, performed_by, quantity,
    unit_price, dispensed_at, recorded_at, event_id, event_timestamp)
  SELECT d.id, d.encounter_id, d.location_id, d.product_id, d.patient_id, CASE WHEN p.is_prescription THEN ${actor('PROVIDER')} END,
    ${actor('PHARMACIST')}, d.quantity, p.unit_price, t.at, t.at, d.event_id, t.at
  FROM seed_dispense d JOIN people.location o ON o.id = d.location_id JOIN catalogue.product p ON p.id = d.product_id,
    LATERAL (SELECT d.at AT TIME ZONE o.time_zone AS at) t`;

const allocations = `
  INSERT INTO inventory.dispense_allocation (dispense_record_id, transaction_id, transaction_recorded_at, stock_id, lot_id, quantity, unit_cost)
  SELECT l.reference_id::uuid, l.id, l.at AT TIME ZONE o.time_zone, l.stock_id, s.lot_id, -l.change, s.unit_cost
  FROM seed_line l JOIN inventory.stock s ON s.id = l.stock_id JOIN people.location o ON o.id = s.location_id WHERE l.type = 'DISPENSE'`;

const events = `
  WITH event AS (
    SELECT d.event_id, t.at, d.id, d.encounter_id, d.location_id, ${actor('PHARMACIST')} AS user_id, d.product_id, p.name, p.generic_name,
      CASE WHEN n.birth_date IS NULL THEN 'ADULT' WHEN d.at::date - n.birth_date < 28 THEN 'NEONATE'
        WHEN a.years < 1 THEN 'INFANT' WHEN a.years < 12 THEN 'CHILD' WHEN a.years < 18 THEN 'ADOLESCENT' WHEN a.years < 65 THEN 'ADULT'
        ELSE 'ELDERLY' END::dpap.patient_age_group AS patient_age_group,
      p.is_prescription, p.is_antibiotic, p.is_injection, d.stg_compliant, d.override_reason IS NOT NULL AS override_flag, d.override_reason,
      coalesce(d.pregnant AND n.sex = 'female' AND a.years BETWEEN 16 AND 45, false) AS patient_is_pregnant, p.pregnancy_risk,
      CASE WHEN p.is_prescription THEN d.by_generic_name END AS by_generic_name, p.aware_class, p.dea_schedule, d.seconds, d.at AS local_at
    FROM seed_dispense d JOIN people.location o ON o.id = d.location_id JOIN catalogue.product p ON p.id = d.product_id
      LEFT JOIN people.patient n ON n.id = d.patient_id,
      LATERAL (SELECT d.at AT TIME ZONE o.time_zone AS at) t, LATERAL (SELECT extract(year FROM age(d.at, n.birth_date)) AS years) a)
  INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, encounter_id, pharmacy_id, user_id, drug_id, drug_name, generic_name,
    patient_age_group, is_prescription, is_controlled_drug, is_antibiotic, is_injection, stg_compliant, override_flag, override_reason,
    patient_is_pregnant, pregnancy_risk, prescribed_by_generic_name, aware_class, dea_schedule, dispensing_seconds, risk_score, risk_category,
    risk_flags, risk_model_version, local_date, local_hour, created_at)
  SELECT event_id, at, id, encounter_id, location_id, user_id, product_id, name, generic_name, patient_age_group, is_prescription,
    dea_schedule IS NOT NULL, is_antibiotic, is_injection, stg_compliant, override_flag, override_reason, patient_is_pregnant, pregnancy_risk,
    by_generic_name, aware_class, dea_schedule, seconds, r.score, r.category, r.flags, r.version, local_at::date, extract(hour FROM local_at), at
  FROM event LEFT JOIN seed_risk r ON r.key = ${riskKeyOf('event')}`;

const eventDays =
  'INSERT INTO dpap.dirty_day (pharmacy_id, date) SELECT DISTINCT pharmacy_id, local_date FROM dpap.dispensing_event';

const reservations = `
  INSERT INTO inventory.stock_reservation (id, stock_id, quantity, reserved_until, reason, reserved_by, created_at)
  SELECT r.id, r.stock_id, r.quantity, now() + make_interval(hours => r.hours), 'booked appointments', ${actor('PHARMACIST')}, r.created_at AT TIME ZONE o.time_zone
  FROM seed_reservation r JOIN inventory.stock s ON s.id = r.stock_id JOIN people.location o ON o.id = s.location_id`;

const quarantines = `
  INSERT INTO inventory.stock_quarantine (stock_id, cause, reference, quantity, since)
  SELECT q.stock_id, q.cause, q.reference, q.quantity, q.since AT TIME ZONE o.time_zone
  FROM seed_quarantine q JOIN inventory.stock s ON s.id = q.stock_id JOIN people.location o ON o.id = s.location_id`;

const sequences = 'INSERT INTO inventory.sequence (name, current_value) SELECT name, current_value FROM seed_sequence';

const auditOfStock = `
  INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, location_id, after, reason, request_id, occurred_at)
  SELECT gen_random_uuid(), 'stock', s.id::text, 'intake', ${actor('TECHNICIAN')}, s.location_id,
    jsonb_build_object('batchCode', s.batch_code, 'lotId', s.lot_id, 'onHand', a.quantity::text), 'seed', 'seed', s.received_at
  FROM inventory.stock s JOIN seed_arrival a ON a.id = s.id`;

const auditOfDispenses = `
  INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, location_id, after, reason, request_id, occurred_at)
  SELECT gen_random_uuid(), 'dispense_record', r.id::text, 'dispense', r.performed_by, r.location_id,
    jsonb_build_object('encounterId', r.encounter_id, 'productId', r.product_id, 'quantity', r.quantity::text), 'seed', 'seed', r.recorded_at
  FROM inventory.dispense_record r`;

export const historyStatements: readonly string[] = [
  lots,
  stocks,
  recalls,
  ledger,
  records,
  allocations,
  events,
  eventDays,
  ...reviewQueue(actor('PHARMACIST')),
  reservations,
  quarantines,
  sequences,
  auditOfStock,
  auditOfDispenses,
];
