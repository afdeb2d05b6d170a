/**
 * People of a made-up registry, some of them entered twice or more often, with known truth: slips of the pen, nicknames,
 * swapped names and dates, missing fields, other e-mails; and people who are alike but two: twins, fathers and sons,
 * families of one address, namesakes. The same for the same seed.
 */
import { Random } from '../src/seed/random.ts';
import type { PatientFacts } from '../src/domain/people/duplicates/identity.ts';

export interface MadePatient {
  readonly facts: PatientFacts;
  /** Whose record it is. */
  readonly person: number;
  /** Twins and fathers and sons share one; null for others. */
  readonly kin: number | null;
}

export interface Registry {
  readonly people: number;
  readonly seed: number;
  /** Of 100 people, so many are entered again. */
  readonly doubled?: number;
  /** Only what a Django system has: names, birth date, sex and e-mail. */
  readonly isBare?: boolean;
}

const women =
  'Mary Emma Olivia Sofia Anna Maria Laura Julia Hannah Lea Sarah Emily Grace Chloe Charlotte Amelia Isabella Mia Elena Katherine Margaret Susan Linda Patricia Barbara Elizabeth Jennifer Jessica Nancy Karen Lisa Betty Sandra Ashley Kimberly Donna Carol Michelle Amanda Melissa Deborah Stephanie Rebecca Sharon Cynthia Kathleen Amy Shirley Angela Helen Brenda Pamela Nicole Ruth Samantha Christine Rachel Fatima Aisha Priya Mei Yuki Ingrid Astrid Zofia Agnieszka Ana-Lucía'.split(
    ' ',
  );
const men =
  'James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Alexander Raymond Patrick Jack Dennis Jerry Mohammed Omar Wei Hiroshi Lars Piotr José Juan Luis Carlos Liam Noah Ethan Tim Tom Jan'.split(
    ' ',
  );
const commonSurnames =
  "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts O'Brien Müller Schmidt Kowalski Novák Rossi Larsen Dubois Khan Singh Patel Kim Chen García-Lorca".split(
    ' ',
  );
const begins = 'Bar Hol Win Ash Kin Lang Mar Nor Pem Ros Stan Tren Ul Ver Wes Yar Ze Cal Dur Fen Gris Hart'.split(' ');
const middles = ['', 'er', 'in', 'o', 'a', 'el', 'ing', 'is', 'u'];
const ends = 'ton ley man berg wood field son stein ham worth well den ski etti ov mann lin dale by ford'.split(' ');
const nicknames: Readonly<Record<string, string>> = {
  William: 'Bill',
  Robert: 'Bob',
  Michael: 'Mike',
  Elizabeth: 'Liz',
  Katherine: 'Kate',
  Margaret: 'Peggy',
  Richard: 'Dick',
  Christopher: 'Chris',
  Jennifer: 'Jen',
  Thomas: 'Tom',
  Edward: 'Ted',
};
const streets = 'Oak Elm Maple Church Station Mill High Park River King Queen Victoria Garden Bridge Hill'.split(' ');

export function peopleWithDoubles({ people, seed, doubled = 8, isBare = false }: Registry): MadePatient[] {
  const maker = new Maker(new Random(seed), isBare);
  const made: MadePatient[] = [];
  for (let person = 0; person < people; person += 1) {
    const first = made.at(-1);
    const chance = maker.random.next();
    const facts =
      first !== undefined && chance < 0.015
        ? maker.twinOf(first.facts)
        : first !== undefined && chance < 0.03
          ? maker.parentOf(first.facts)
          : maker.someone();
    const isKin = first !== undefined && chance < 0.03;
    const kin = isKin ? first.person : null;
    if (isKin) made[made.length - 1] = { ...first, kin };
    made.push({ facts, person, kin });
    let times = maker.random.next() * 100 < doubled ? 1 : 0;
    while (times > 0 && times < 5 && maker.random.next() < 0.2) times += 1;
    // A twin's or a father's own doubles come before the next person, whose kin the last record would be.
    const doubles = Array.from({ length: times }, () => ({ facts: maker.again(facts), person, kin }));
    made.splice(made.length - 1, 0, ...doubles);
  }
  return made;
}

type Facts = { -readonly [Field in keyof PatientFacts]: PatientFacts[Field] };

class Maker {
  constructor(
    readonly random: Random,
    private readonly isBare: boolean,
  ) {}

  someone(): PatientFacts {
    const sex = this.random.next() < 0.55 ? 'F' : 'M';
    const firstName = this.oftenFirst(sex === 'F' ? women : men);
    const lastName = this.random.next() < 0.35 ? this.oftenFirst(commonSurnames) : this.rareSurname();
    const birthDate = this.dayBetween(1930, 2023);
    return {
      firstName: this.random.next() < 0.06 ? `${firstName} ${this.oftenFirst(sex === 'F' ? women : men)}` : firstName,
      lastName,
      birthDate: this.random.next() < 0.03 ? null : birthDate,
      sex: this.random.next() < 0.05 ? null : sex,
      email: this.random.next() < 0.3 ? null : this.emailOf(firstName, lastName),
      phone: this.isBare || this.random.next() < 0.2 ? null : `+1 555 ${this.digits(3)} ${this.digits(4)}`,
      address: this.isBare || this.random.next() < 0.15 ? null : this.address(),
      externalIds: this.isBare || this.random.next() < 0.5 ? null : { nationalId: this.digits(9) },
    };
  }

  /** Born the same day, of the same house; sometimes called almost the same. */
  twinOf(other: PatientFacts): PatientFacts {
    const sex = this.random.next() < 0.5 ? 'F' : 'M';
    let firstName = this.oftenFirst(sex === 'F' ? women : men);
    while (firstName === other.firstName?.split(' ')[0]) firstName = this.oftenFirst(sex === 'F' ? women : men);
    const externalIds = other.externalIds === null ? null : { nationalId: this.digits(9) };
    return { ...other, firstName, sex, externalIds };
  }

  parentOf(other: PatientFacts): PatientFacts {
    const year = Number(other.birthDate?.slice(0, 4) ?? 1990) - 18 - Math.floor(this.random.next() * 22);
    const externalIds = other.externalIds === null ? null : { nationalId: this.digits(9) };
    // Some are even born on the same day of the year.
    const day =
      this.random.next() < 0.2 && other.birthDate !== null
        ? other.birthDate.slice(4)
        : this.dayBetween(2001, 2002).slice(4);
    return { ...other, birthDate: day === '-02-29' ? `${year}-03-01` : `${year}${day}`, externalIds };
  }

  /** The same person, entered anew: one to four things are other. */
  again(facts: PatientFacts): PatientFacts {
    const changed: Facts = { ...facts };
    const changes = 1 + Math.floor(this.random.next() ** 2 * 4);
    for (let i = 0; i < changes; i += 1) this.change(changed);
    return changed;
  }

  private change(facts: Facts): void {
    const ways = [
      () => (facts.firstName = this.slip(facts.firstName)),
      () => (facts.lastName = this.slip(facts.lastName)),
      () => (facts.firstName = nicknames[facts.firstName ?? ''] ?? facts.firstName),
      () => ([facts.firstName, facts.lastName] = [facts.lastName, facts.firstName]),
      () => (facts.birthDate = this.wrongDate(facts.birthDate)),
      () => (facts.birthDate = null),
      () => (facts.sex = null),
      () => (facts.email = null),
      () => (facts.email = this.emailOf(facts.firstName ?? 'a', facts.lastName ?? 'b')),
      () => (facts.email = this.slip(facts.email)),
      () => (facts.phone = facts.phone === null || this.random.next() < 0.5 ? null : `555${this.digits(7)}`),
      () => (facts.address = facts.address === null || this.random.next() < 0.5 ? null : this.address()),
      () => (facts.address = this.slip(facts.address)),
      () => (facts.firstName = facts.firstName?.toUpperCase() ?? null),
      () => (facts.lastName = facts.lastName?.normalize('NFD').replace(/[\u0300-\u036f'-]/g, '') ?? null),
      () => (facts.externalIds = null),
    ];
    ways[Math.floor(this.random.next() * ways.length)]?.();
  }

  private slip(text: string | null): string | null {
    if (text === null || text.length < 3) return text;
    const at = 1 + Math.floor(this.random.next() * (text.length - 1));
    const letter = 'abcdefghijklmnopqrstuvwxyz'[Math.floor(this.random.next() * 26)] ?? 'a';
    const kinds = [
      text.slice(0, at) + letter + text.slice(at),
      text.slice(0, at) + text.slice(at + 1),
      text.slice(0, at) + letter + text.slice(at + 1),
      text.slice(0, at - 1) + (text[at] ?? '') + (text[at - 1] ?? '') + text.slice(at + 1),
    ];
    return kinds[Math.floor(this.random.next() * kinds.length)] ?? text;
  }

  private wrongDate(date: string | null): string | null {
    if (date === null) return null;
    const [year = '', month = '', day = ''] = date.split('-');
    if (this.random.next() < 0.4 && Number(day) <= 12) return `${year}-${day}-${month}`;
    // There is no 29 February in most years.
    if (this.random.next() < 0.5 && `${month}-${day}` !== '02-29')
      return `${year.slice(0, 3)}${this.digits(1)}-${month}-${day}`;
    return `${year}-${month}-${String(1 + Math.floor(this.random.next() * 28)).padStart(2, '0')}`;
  }

  private emailOf(firstName: string, lastName: string): string {
    const plain = (name: string) =>
      name
        .toLowerCase()
        .normalize('NFD')
        .replace(/[^a-z]/g, '');
    const domain = ['example.com', 'mail.example', 'post.example'][Math.floor(this.random.next() * 3)] ?? 'example.com';
    return `${plain(firstName)}.${plain(lastName)}${this.random.next() < 0.5 ? this.digits(2) : ''}@${domain}`;
  }

  private address(): string {
    const street = streets[Math.floor(this.random.next() * streets.length)] ?? 'Oak';
    return `${1 + Math.floor(this.random.next() * 200)} ${street} Street, ${this.rareSurname()}, ${this.digits(5)}`;
  }

  /** By rank: the first ones are far more frequent than the last. */
  private oftenFirst(names: readonly string[]): string {
    return names[Math.floor(this.random.next() ** 2 * names.length)] ?? 'Alex';
  }

  private rareSurname(): string {
    const pick = (parts: readonly string[]) => parts[Math.floor(this.random.next() * parts.length)] ?? '';
    return pick(begins) + pick(middles) + pick(ends);
  }

  private dayBetween(from: number, to: number): string {
    const start = Date.UTC(from, 0, 1);
    const at = new Date(start + Math.floor(this.random.next() * (Date.UTC(to, 0, 1) - start)));
    return at.toISOString().slice(0, 10);
  }

  private digits(count: number): string {
    return Array.from({ length: count }, () => String(Math.floor(this.random.next() * 10))).join('');
  }
}
