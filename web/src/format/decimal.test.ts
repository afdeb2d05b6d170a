import { describe, expect, test } from 'vitest';
import { change, compare, isDecimal, minus, money, plus, quantity, roundMoney, share, times } from './decimal.ts';

describe('decimals stay exact', () => {
  test('where floats would not', () => {
    expect(plus('0.1', '0.2')).toBe('0.3');
    expect(plus('99999999999999.9999', '0.0001')).toBe('100000000000000');
    expect(minus('1', '1.0001')).toBe('-0.0001');
    expect(times('25', '18.4')).toBe('460');
    expect(times('0.0001', '0.5')).toBe('0.0001');
    expect(times('-0.0001', '0.5')).toBe('-0.0001');
    expect(compare('10', '9.9999')).toBe(1);
    expect(compare('-1', '1')).toBe(-1);
    expect(compare('1.50', '1.5')).toBe(0);
  });

  test('as they are shown, with all their digits', () => {
    expect(quantity('12345678901234.5678')).toBe('12,345,678,901,234.5678');
    expect(money('12345678901234.56', 'USD')).toBe('$12,345,678,901,234.56');
    expect(money('-3.5', 'EUR')).toBe('−€3.50');
    expect(roundMoney('1234.5', 'USD')).toBe('$1,235');
    expect(change('-2')).toBe('−2');
    expect(change('2.5')).toBe('+2.5');
    expect(change('0')).toBe('0');
    expect(share('0.21')).toBe('21 %');
  });

  test.each(['USD', 'EUR', 'GBP', 'CAD', 'AUD', 'JPY', 'CHF'])(
    'money in %s is as the browser writes it',
    (currency) => {
      const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
      const exact = new Intl.NumberFormat('en-US', style);
      const round = new Intl.NumberFormat('en-US', { ...style, maximumFractionDigits: 0 });
      for (const text of ['0', '0.004', '0.005', '0.05', '-0.5', '1', '9.995', '999.5', '-1234567.895'] as const) {
        expect(money(text, currency), text).toBe(exact.format(text).replace('-', '−'));
        expect(roundMoney(text, currency), text).toBe(round.format(text).replace('-', '−'));
      }
    },
  );

  test('and what is none is none', () => {
    for (const text of ['', '1e3', '1.23456', '.5', '5.', '1,5', 'NaN', ' 1', '--1'])
      expect(isDecimal(text), text).toBe(false);
    expect(() => quantity('1e999')).toThrow();
  });
});
