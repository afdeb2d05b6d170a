/** Days and instants as people read them, in the time zone of the location that they concern. */
const dayMs = 86_400_000;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * "2027-03-31" is "31 Mar 2027", wherever one looks at it. By hand: the browser's own formats are made in milliseconds,
 * on a phone in tens of them, and the first page needs no other.
 */
export function day(localDate: string): string {
  const at = new Date(`${localDate}T00:00:00Z`);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}

/** Of all months only September has four letters there. */
function short(text: string): string {
  return text.replace('Sept', 'Sep');
}

/** A text of the API with the days in it as the screen writes them. */
export function withDays(text: string): string {
  return text.replaceAll(/\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/g, day);
}

const instants = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${timeZone}`;
  const known = instants.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  instants.set(key, made);
  return made;
}

let readersZone: string | undefined;

function ownZone(): string {
  readersZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return readersZone;
}

/** "31 Mar 2027, 14:05" at the location; without one, where the reader is. */
export function instant(iso: string, timeZone: string = ownZone()): string {
  const format = formatIn(timeZone, 'instant', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return short(format.format(new Date(iso)));
}

/** For files: "2027-03-31T14:05:07-04:00", exact, and read at a glance as it was at the location. Null stays null. */
export function zoned(iso: string | null, timeZone: string = ownZone()): string | null {
  if (iso === null) return null;
  const format = formatIn(timeZone, 'zoned', {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' },
  });
  const parts = new Map(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const offset = part('timeZoneName').replace('GMT', '').replace('+00:00', '');
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}${offset === '' ? 'Z' : offset}`;
}

/** "14:05" at the location. */
export function clock(iso: string, timeZone: string = ownZone()): string {
  return formatIn(timeZone, 'clock', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
}

/** Which day it is there: "2027-03-31". */
export function localDate(at: Date, timeZone: string = ownZone()): string {
  const parts = formatIn(timeZone, 'parts', { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The last minute of a day at the location, as an instant. */
export function endOfDay(date: string, timeZone: string = ownZone()): string {
  const asIfUtc = Date.parse(`${date}T23:59:00Z`);
  // What the clock there shows at that instant tells how far it is off; once more, where that crosses a change of the clock.
  const first = asIfUtc - offsetMs(asIfUtc, timeZone);
  return new Date(asIfUtc - offsetMs(first, timeZone)).toISOString();
}

function offsetMs(at: number, timeZone: string): number {
  const iso = new Date(at).toISOString();
  return (
    Date.parse(`${localDate(new Date(at), timeZone)}T${clock(iso, timeZone)}:00Z`) - Math.floor(at / 60_000) * 60_000
  );
}

/** Whole days from today at the location to a day: negative when it is past. */
export function daysUntil(date: string, timeZone: string = ownZone(), now: Date = new Date()): number {
  return Math.round((Date.parse(date) - Date.parse(localDate(now, timeZone))) / dayMs);
}

export function addDays(date: string, count: number): string {
  return new Date(Date.parse(date) + count * dayMs).toISOString().slice(0, 10);
}

/** "today", "in 12 days", "3 days ago". */
export function inDays(count: number): string {
  if (count === 0) return 'today';
  if (count === 1) return 'tomorrow';
  if (count === -1) return 'yesterday';
  return count > 0 ? `in ${count} days` : `${-count} days ago`;
}

/** "just now", "5 min ago", "3 h ago", "2 days ago". */
export function ago(iso: string, now: number = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
