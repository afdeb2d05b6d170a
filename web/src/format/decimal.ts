/**
 * Exact decimals, as the API has them: strings such as "12.5", at most 4 decimals. They stay strings; what has to be
 * reckoned here is reckoned in whole ten-thousandths. `forPixels` is for the length of a bar and nothing else.
 */
const places = 4;
const unit = 10n ** BigInt(places);
const shape = /^(-?)(\d{1,14})(?:\.(\d{1,4}))?$/;

export function isDecimal(text: string): boolean {
  return shape.test(text);
}

function scaled(text: string): bigint {
  const parts = shape.exec(text);
  if (parts === null) throw new Error(`Not a decimal: ${text}`);
  const [, sign = '', whole = '0', part = ''] = parts;
  const size = BigInt(whole) * unit + BigInt(part.padEnd(places, '0'));
  return sign === '-' ? -size : size;
}

function written(size: bigint): string {
  const sign = size < 0n ? '-' : '';
  const positive = size < 0n ? -size : size;
  const part = (positive % unit).toString().padStart(places, '0').replace(/0+$/, '');
  return `${sign}${(positive / unit).toString()}${part === '' ? '' : `.${part}`}`;
}

export function plus(...texts: readonly string[]): string {
  return written(texts.reduce((sum, text) => sum + scaled(text), 0n));
}

export function minus(left: string, right: string): string {
  return written(scaled(left) - scaled(right));
}

/** Rounded half up, away from zero, to 4 places. */
export function times(left: string, right: string): string {
  const product = scaled(left) * scaled(right);
  const half = unit / 2n;
  return written((product < 0n ? product - half : product + half) / unit);
}

export function compare(left: string, right: string): number {
  const difference = scaled(left) - scaled(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZero(text: string): boolean {
  return scaled(text) === 0n;
}

/** How long a bar is. Never shown, never sent, never added up. */
export function forPixels(text: string): number {
  return Number(text);
}

/** Intl reads decimals from strings exactly, as ECMA-402 has it; its type wants to see that they are numeric. */
function numeric(text: string): Intl.StringNumericLiteral {
  const isNumeric = (value: string): value is Intl.StringNumericLiteral => isDecimal(value);
  if (!isNumeric(text)) throw new Error(`Not a decimal: ${text}`);
  return text;
}

/** "1,234.5": by hand, as dates are (dates.ts). */
export function quantity(text: string): string {
  const [whole = '', part] = written(scaled(text)).split('.');
  return part === undefined ? grouped(whole) : `${grouped(whole)}.${part}`;
}

/** "1,234": of whole numbers. */
export function grouped(whole: string | number): string {
  return String(whole).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** "+3", "−2": what changed. */
export function change(text: string): string {
  const positive = text.startsWith('-') ? text.slice(1) : text;
  if (isZero(text)) return '0';
  return `${text.startsWith('-') ? '−' : '+'}${quantity(positive)}`;
}

/** Of the currencies that are likely, which have cents; the browser knows all others, and takes longer. */
const symbols: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', CAD: '$', AUD: '$' };

function inCurrency(text: string, currency: string, digits: 0 | undefined): string {
  const symbol = symbols[currency];
  if (symbol === undefined) return withMinus(currencyFormat(currency, digits).format(numeric(text)));
  const size = scaled(text);
  const step = 10n ** BigInt(places - (digits ?? 2));
  const rounded = (((size < 0n ? -size : size) + step / 2n) / step).toString();
  const cents = digits === 0 ? '' : `.${rounded.slice(-2).padStart(2, '0')}`;
  const whole = digits === 0 ? rounded : rounded.slice(0, -2).padStart(1, '0');
  return `${size < 0n ? '−' : ''}${symbol}${grouped(whole)}${cents}`;
}

const currencies = new Map<string, Intl.NumberFormat>();

function currencyFormat(currency: string, digits: number | undefined): Intl.NumberFormat {
  const key = `${currency} ${digits ?? ''}`;
  const known = currencies.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', {
    ...{ style: 'currency', currency, currencyDisplay: 'narrowSymbol' },
    ...(digits === undefined ? {} : { maximumFractionDigits: digits }),
  });
  currencies.set(key, made);
  return made;
}

/** "$1,234.50" */
export function money(text: string, currency: string): string {
  return inCurrency(text, currency, undefined);
}

/** "$1,235": where the cents would only be noise. */
export function roundMoney(text: string, currency: string): string {
  return inCurrency(text, currency, 0);
}

/** A sign that is as wide as a digit, as in all other figures. */
function withMinus(text: string): string {
  return text.replace('-', '−');
}

/** "0.21" is "21 %". */
export function share(text: string): string {
  return `${quantity(times(text, '100'))} %`;
}
