/** The demo's places, users and patients. Everyone here is made up. */
import { roles, type Role } from '../actor.ts';
import type { Random } from './random.ts';

/** Known to everyone who reads this, so made only in a demo database and never in production. */
export const demoPassword = 'lotkeeper-demo';

export interface DemoLocation {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: 'CLINIC' | 'PHARMACY' | 'WAREHOUSE';
  readonly time_zone: string;
  /** Of all that is dispensed. */
  readonly share: number;
}

export function demoLocations(random: Random, at: number): DemoLocation[] {
  const place = (code: string, name: string, kind: DemoLocation['kind'], time_zone: string, share: number) => ({
    id: random.uuid(at),
    code,
    name,
    kind,
    time_zone,
    share,
  });
  return [
    place('HARBOUR', 'Harbour Aesthetics', 'CLINIC', 'America/New_York', 0.16),
    place('LAKESIDE', 'Lakeside Family Clinic', 'CLINIC', 'America/Chicago', 0.16),
    place('SUNSET', 'Sunset Skin & Vaccine Clinic', 'CLINIC', 'America/Los_Angeles', 0.14),
    place('MAINSTREET', 'Main Street Pharmacy', 'PHARMACY', 'America/Chicago', 0.54),
    place('CENTRAL', 'Central Warehouse', 'WAREHOUSE', 'America/Denver', 0),
  ];
}

export interface DemoUser {
  readonly id: string;
  readonly email: string;
  readonly display_name: string;
  readonly roles: readonly Role[];
  readonly locationCodes: 'all' | readonly string[];
}

const names: Readonly<Record<Role, string>> = {
  ADMIN: 'Ada Admin',
  MANAGER: 'Mara Manager',
  PHARMACIST: 'Felix Pharmacist',
  PROVIDER: 'Priya Provider',
  TECHNICIAN: 'Tom Technician',
  ANALYST: 'Ana Analyst',
  AUDITOR: 'Otto Auditor',
  SERVICE: 'Label printer',
};

export function demoUsers(random: Random, at: number): DemoUser[] {
  const everywhere = roles.map((role) => ({
    id: random.uuid(at),
    email: `${role.toLowerCase()}@demo.example`,
    display_name: names[role],
    roles: [role],
    locationCodes: 'all' as const,
  }));
  const oneplace = {
    id: random.uuid(at),
    email: 'pharmacist.harbour@demo.example',
    display_name: 'Hanna Harbour',
    roles: ['PHARMACIST' as const],
    locationCodes: ['HARBOUR'],
  };
  return [...everywhere, oneplace];
}

export interface DemoPatient {
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly birth_date: string;
  readonly sex: string;
  readonly email: string;
  readonly phone: string;
  readonly address: string;
}

const women = 'Alma Bea Carla Dora Elin Fay Gina Hope Iris June Kira Lena Maya Nora Olga Pia Rosa Sara Tess Vera'.split(
  ' ',
);
const men = 'Abel Ben Carl Dan Eli Finn Gus Hugo Ivan Jon Karl Leo Max Nils Otis Paul Rolf Sam Theo Vito'.split(' ');
const families =
  'Abbott Barlow Castro Dunmore Ekberg Farrow Grimsby Holloway Ibarra Jarvis Kessler Lindqvist Marlowe Norwood Okafor Prentice Quimby Rowntree Salazar Thackeray'.split(
    ' ',
  );
const streets = ['Orchard Road', 'Mill Lane', 'Station Street', 'Birch Avenue', 'Quay Walk'];

const dayMs = 86_400_000;

export function demoPatients(random: Random, count: number, at: number): DemoPatient[] {
  return Array.from({ length: count }, (_, index) => {
    const female = random.chance(0.58);
    const first_name = random.pick(female ? women : men);
    const last_name = random.pick(families);
    // The first few are small children, so that every age group is there.
    const ageDays = index < 12 ? random.between(100, 12 * 365) : random.between(13 * 365, 92 * 365);
    return {
      id: random.uuid(at),
      first_name,
      last_name,
      birth_date: new Date(at - ageDays * dayMs).toISOString().slice(0, 10),
      sex: female ? 'female' : 'male',
      email: `${first_name}.${last_name}.${index}@patients.example`.toLowerCase(),
      phone: `+1 555 01${String(index).padStart(2, '0').slice(-2)}`,
      address: `${random.between(1, 240)} ${random.pick(streets)}`,
    };
  });
}
