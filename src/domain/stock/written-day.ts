/**
 * A day as people write it in spreadsheets: 2027-03-31, 31.03.2027, 31 March 2027, Mar 31, 2027, 03/31/2027; and a month
 * alone (2027-03, 03/2027, March 2027), which is its last day, as on labels. What could be two days is no day: 03/04/2027,
 * and any year of two digits. Pure.
 */
export type WrittenDay = { readonly day: string } | { readonly problem: string };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export function writtenDay(told: string): WrittenDay {
  const text = told
    .trim()
    .toLowerCase()
    .replace(/[ t]00:00(:00(\.0+)?)?z?$/, '');
  const found = yearFirst(text) ?? named(text) ?? dotted(text) ?? slashed(text);
  if (found !== null) return found;
  return { problem: `"${told.trim()}" is not a day: write it as 2027-03-31` };
}

function yearFirst(text: string): WrittenDay | null {
  const [, year, month, day] = /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?$/.exec(text) ?? [];
  return year === undefined ? null : dayOf(text, Number(year), Number(month), day);
}

function named(text: string): WrittenDay | null {
  const words = text.replaceAll(/[,.\-/]/g, ' ').split(/\s+/);
  const at = words.findIndex((word) => /^[a-z]{3,9}$/.test(word) && months.includes(word.slice(0, 3)));
  if (at === -1 || words.length > 3) return null;
  const numbers = words.filter((_word, index) => index !== at);
  const year = numbers.find((word) => /^\d{4}$/.test(word));
  const day = numbers.find((word) => /^\d{1,2}$/.test(word));
  if (year === undefined || numbers.length !== (day === undefined ? 1 : 2)) return null;
  return dayOf(text, Number(year), months.indexOf((words[at] ?? '').slice(0, 3)) + 1, day);
}

/** Whoever writes with dots writes the day first. */
function dotted(text: string): WrittenDay | null {
  const [, day, month, year] = /^(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  return year === undefined ? null : dayOf(text, Number(year), Number(month), day);
}

function slashed(text: string): WrittenDay | null {
  const [, month, yearOfMonth] = /^(\d{1,2})[-/](\d{4})$/.exec(text) ?? [];
  if (yearOfMonth !== undefined) return dayOf(text, Number(yearOfMonth), Number(month), undefined);
  const [, first, second, year] = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})$/.exec(text) ?? [];
  if (year === undefined) return null;
  if (Number(first) > 12) return dayOf(text, Number(year), Number(second), first);
  if (Number(second) > 12 || Number(first) === Number(second)) return dayOf(text, Number(year), Number(first), second);
  return { problem: `"${text}" may be two days: write it as ${year}-MM-DD` };
}

function dayOf(text: string, year: number, month: number, day: string | undefined): WrittenDay {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const number = day === undefined ? last : Number(day);
  if (month < 1 || month > 12 || number < 1 || number > last || year < 1900)
    return { problem: `There is no day "${text}"` };
  return { day: [String(year), pad(month), pad(number)].join('-') };
}

const pad = (number: number) => String(number).padStart(2, '0');
