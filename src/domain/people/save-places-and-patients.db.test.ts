import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../actor.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { saveLocation, type LocationToSave } from './save-location.ts';
import { createPatient, updatePatient, type PatientToSave } from './save-patient.ts';
import { saveStorageUnit, type StorageUnitToSave } from './save-storage-unit.ts';
import { updateSettings, type SettingsToUpdate } from './update-settings.ts';

const firstOf = (result: Readonly<Record<string, readonly string[]>>) => Object.values(result)[0]?.[0] ?? '';

describe('places, patients and settings', () => {
  let clinic: TestClinic;
  let admin: Actor;
  beforeAll(async () => {
    clinic = await TestClinic.open();
    admin = await clinic.actor(['ADMIN', 'MANAGER']);
  });
  afterAll(() => clinic.close());

  const everything = () =>
    clinic.all(`SELECT to_jsonb(o) AS line FROM people.location o UNION ALL SELECT to_jsonb(u) FROM inventory.storage_unit u
      UNION ALL SELECT to_jsonb(p) FROM people.patient p UNION ALL SELECT to_jsonb(s) FROM ops.settings s
      UNION ALL SELECT to_jsonb(u) FROM people."user" u UNION ALL SELECT to_jsonb(a) FROM audit.audit_entry a ORDER BY 1`);
  async function refuses<T>(save: (input: T) => Promise<unknown>, wrong: readonly (readonly [T, string, string])[]) {
    const before = await everything();
    for (const [input, code, field] of wrong) {
      const context = code === 'NOT_FOUND' ? { what: field } : { field };
      await expect(save(input), JSON.stringify(input)).rejects.toMatchObject({ code, context });
    }
    expect(await everything()).toEqual(before);
  }
  const told = async (topic: string) =>
    (await clinic.all<{ payload: unknown }>('SELECT payload FROM ops.outbox WHERE topic = $1', [topic])).map(
      ({ payload }) => payload,
    );
  const lastAudit = (id: string) =>
    clinic.one('SELECT before, after FROM audit.audit_entry WHERE entity_id = $1 ORDER BY id DESC LIMIT 1', [id]);

  describe('a location', () => {
    const main = (more: Partial<LocationToSave> = {}): LocationToSave => ({
      code: 'MAIN',
      name: 'Main clinic',
      kind: 'CLINIC',
      timeZone: 'Europe/Vienna',
      ...more,
    });
    // Making one raises the access version of the one who makes it.
    const save = async (input: LocationToSave) => {
      const maker = await clinic.actor(['ADMIN']);
      return { id: firstOf(await clinic.as(maker, (tx) => saveLocation(tx, input))), maker };
    };

    it('belongs to the one who makes it, whose rights are read anew', async () => {
      const { id, maker } = await save(main({ externalIds: { pos: '7' } }));
      expect(await clinic.all('SELECT user_id FROM people.user_location WHERE location_id = $1', [id])).toEqual([
        { user_id: maker.id },
      ]);
      expect(await told('location.changed')).toContainEqual({ locationId: id });
      await expect(clinic.as(maker, (tx) => saveLocation(tx, main({ id })))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
      const fresh = { ...maker, accessVersion: 2, locationIds: [clinic.locationId, id] };
      await clinic.as(fresh, (tx) => saveLocation(tx, main({ id, name: 'Renamed' })));
      expect(await clinic.one('SELECT name, external_ids FROM people.location WHERE id = $1', [id])).toEqual({
        name: 'Renamed',
        external_ids: { pos: '7' },
      });
      expect(await lastAudit(id)).toEqual({ before: { name: 'Main clinic' }, after: { name: 'Renamed' } });
    });

    it('refuses what cannot be, and a refused call changes nothing', async () => {
      const saveAsAdmin = (input: LocationToSave) => clinic.as(admin, (tx) => saveLocation(tx, input));
      await refuses(saveAsAdmin, [
        [main({ code: '' }), 'BAD_USER_INPUT', 'code'],
        [main({ name: 'x'.repeat(101) }), 'BAD_USER_INPUT', 'name'],
        [main({ code: 'X', timeZone: 'Mars/Olympus' }), 'BAD_USER_INPUT', 'timeZone'],
        [main({ code: 'X', timeZone: '+02:00' }), 'BAD_USER_INPUT', 'timeZone'],
        [main({ code: 'X', externalIds: ['a'] }), 'BAD_USER_INPUT', 'externalIds'],
        [main({ code: 'HERE' }), 'DUPLICATE', 'code'],
        [main({ id: clinic.elsewhereId }), 'NOT_FOUND', 'location'],
        [main({ id: 'here' }), 'NOT_FOUND', 'location'],
      ]);
    });
  });

  describe('a storage unit', () => {
    const fridge = (more: Partial<StorageUnitToSave> = {}): StorageUnitToSave => ({
      locationId: clinic.locationId,
      name: 'Fridge',
      minCelsius: '2',
      maxCelsius: '8',
      ...more,
    });
    const save = async (input: StorageUnitToSave) =>
      firstOf(await clinic.as(admin, (tx) => saveStorageUnit(tx, input)));

    it('is made and changed, audited once by the verb and not by the safety net', async () => {
      const id = await save(fridge({ graceMinutes: 0 }));
      await save(fridge({ id, maxCelsius: '7.5' }));
      expect(
        await clinic.one('SELECT max_celsius, grace_minutes FROM inventory.storage_unit WHERE id = $1', [id]),
      ).toEqual({ max_celsius: '7.50', grace_minutes: 5 });
      const entries = await clinic.all('SELECT action, after FROM audit.audit_entry WHERE entity_id = $1 ORDER BY id', [
        id,
      ]);
      expect(entries).toHaveLength(2);
      expect(await told('storage-unit.changed')).toEqual(
        Array.from({ length: 2 }, () => ({ storageUnitId: id, locationId: clinic.locationId })),
      );
      expect(entries[1]).toEqual({ action: 'saveStorageUnit', after: { maxCelsius: '7.5', graceMinutes: 5 } });
    });

    it('refuses what cannot be, and a refused call changes nothing', async () => {
      const id = await save(fridge({ name: 'Freezer', minCelsius: '-25', maxCelsius: '-15' }));
      await refuses(save, [
        [fridge({ name: ' ' }), 'BAD_USER_INPUT', 'name'],
        [fridge({ name: 'A', minCelsius: '8.5' }), 'BAD_USER_INPUT', 'minCelsius'],
        [fridge({ name: 'A', maxCelsius: '999' }), 'BAD_USER_INPUT', 'maxCelsius'],
        [fridge({ name: 'A', graceMinutes: -1 }), 'BAD_USER_INPUT', 'graceMinutes'],
        [fridge({ name: 'A', locationId: clinic.elsewhereId }), 'NOT_FOUND', 'location'],
        [fridge({ id, locationId: clinic.elsewhereId }), 'BAD_USER_INPUT', 'locationId'],
        [fridge({ id: admin.id }), 'NOT_FOUND', 'storage unit'],
        [fridge({ name: ' FREEZER' }), 'DUPLICATE', 'name'],
      ]);
    });
  });

  describe('a patient', () => {
    const pat = (more: Partial<PatientToSave> = {}): PatientToSave => ({
      firstName: 'Pat',
      lastName: 'Canary',
      ...more,
    });
    const create = async (input: PatientToSave) => firstOf(await clinic.as(admin, (tx) => createPatient(tx, input)));

    it('is made and changed; absent keeps, null clears; the audit trail holds names of fields only', async () => {
      const id = await create(
        pat({ birthDate: '1980-05-17', phone: '555-0100', address: 'Canary Row 1', insuranceInfo: { plan: 'canary' } }),
      );
      await clinic.as(admin, (tx) => updatePatient(tx, id, pat({ email: 'pat@canary.example', phone: null })));
      expect(
        await clinic.one('SELECT birth_date, phone, email, address, insurance_info FROM people.patient WHERE id = $1', [
          id,
        ]),
      ).toEqual({
        birth_date: '1980-05-17',
        phone: null,
        email: 'pat@canary.example',
        address: 'Canary Row 1',
        insurance_info: { plan: 'canary' },
      });
      expect(await lastAudit(id)).toEqual({ before: null, after: { fields: ['email', 'phone'] } });
      const trail = JSON.stringify(await clinic.all('SELECT to_jsonb(a) FROM audit.audit_entry a'));
      expect(trail.toLowerCase()).not.toContain('canary');
      expect(await told('patient.changed')).toEqual([{ patientId: id }, { patientId: id }]);
    });

    it('may be born today, where the day begins first', async () => {
      const { day } = await clinic.one<{ day: string }>(
        `SELECT (now() AT TIME ZONE 'Pacific/Kiritimati')::date::text AS day`,
      );
      await create(pat({ birthDate: day }));
    });

    it('refuses what cannot be, and a refused call changes nothing', async () => {
      const kept = await create(pat());
      const merged = await create(pat());
      await clinic.owner.query('UPDATE people.patient SET merged_into = $2 WHERE id = $1', [merged, kept]);
      const { day } = await clinic.one<{ day: string }>(
        `SELECT ((now() AT TIME ZONE 'Pacific/Kiritimati')::date + 1)::text AS day`,
      );
      await refuses(create, [
        [pat({ firstName: '' }), 'BAD_USER_INPUT', 'firstName'],
        [pat({ lastName: 'x'.repeat(256) }), 'BAD_USER_INPUT', 'lastName'],
        [pat({ birthDate: day }), 'BAD_USER_INPUT', 'birthDate'],
        [pat({ birthDate: '1700-01-01' }), 'BAD_USER_INPUT', 'birthDate'],
        [pat({ email: 'pat' }), 'BAD_USER_INPUT', 'email'],
        [pat({ insuranceInfo: 'plan' }), 'BAD_USER_INPUT', 'insuranceInfo'],
      ]);
      await refuses(
        (id: string) => clinic.as(admin, (tx) => updatePatient(tx, id, pat())),
        [
          [merged, 'BAD_USER_INPUT', 'id'],
          [admin.id, 'NOT_FOUND', 'patient'],
          ['pat', 'NOT_FOUND', 'patient'],
        ],
      );
      await refuses(
        (wrong: string) => clinic.as(admin, (tx) => updatePatient(tx, admin.id, pat({ email: wrong }))),
        [['pat', 'BAD_USER_INPUT', 'email']],
      );
    });
  });

  describe('settings', () => {
    const update = (input: SettingsToUpdate) => clinic.as(admin, (tx) => updateSettings(tx, input));
    const settings = () => clinic.one(`SELECT to_jsonb(s) - 'updated_at' - 'id' AS settings FROM ops.settings s`);

    it('change where they are given; others hear of it', async () => {
      await update({ expiryHorizonDays: [7, 120], currency: 'EUR', countToleranceShare: '0.025' });
      await update({ webhookUrls: ['https://hooks.clinic.example/in'], currency: null });
      expect(await settings()).toMatchObject({
        settings: {
          expiry_horizon_days: [120, 7],
          currency: 'EUR',
          count_tolerance_share: 0.025,
          policy_vial_sharing: false,
          webhook_urls: ['https://hooks.clinic.example/in'],
        },
      });
      expect(await lastAudit('settings')).toEqual({
        before: { webhookUrls: [] },
        after: { webhookUrls: ['https://hooks.clinic.example/in'] },
      });
      expect(await clinic.all(`SELECT 1 FROM ops.outbox WHERE topic = 'settings.changed'`)).toHaveLength(2);
    });

    it('refuse what cannot be, and a refused call changes nothing', async () => {
      await refuses(update, [
        [{ expiryHorizonDays: [] }, 'BAD_USER_INPUT', 'expiryHorizonDays'],
        [{ expiryHorizonDays: [7, 7] }, 'BAD_USER_INPUT', 'expiryHorizonDays'],
        [{ expiryHorizonDays: [0] }, 'BAD_USER_INPUT', 'expiryHorizonDays'],
        [{ expiryHorizonDays: [3651] }, 'BAD_USER_INPUT', 'expiryHorizonDays'],
        [{ countToleranceShare: '1.0001' }, 'BAD_USER_INPUT', 'countToleranceShare'],
        [{ countToleranceShare: '-0.1' }, 'BAD_USER_INPUT', 'countToleranceShare'],
        [{ currency: 'usd' }, 'BAD_USER_INPUT', 'currency'],
        [{ currency: 'QQQ' }, 'BAD_USER_INPUT', 'currency'],
        [{ alertEmails: ['ops'] }, 'BAD_USER_INPUT', 'alertEmails'],
        [{ alertEmails: ['a,b@clinic.example'] }, 'BAD_USER_INPUT', 'alertEmails'],
        [{ alertEmails: ['<x@y>,z@clinic.example'] }, 'BAD_USER_INPUT', 'alertEmails'],
        [{ webhookUrls: ['http://hooks.clinic.example'] }, 'BAD_USER_INPUT', 'webhookUrls'],
        [{ webhookUrls: ['https://user:secret@hooks.clinic.example'] }, 'BAD_USER_INPUT', 'webhookUrls'],
        [{ webhookUrls: ['https://hooks.clinic\n.example'] }, 'BAD_USER_INPUT', 'webhookUrls'],
        [{ webhookUrls: ['https://hooks.clinic.example/\r\nHost: other'] }, 'BAD_USER_INPUT', 'webhookUrls'],
        [{ currency: 'EUR', webhookUrls: ['not a url'] }, 'BAD_USER_INPUT', 'webhookUrls'],
      ]);
    });
  });
});
