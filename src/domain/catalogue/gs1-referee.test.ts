/** A second pair of eyes: labels drawn by one library and read back by another must say what this parser says. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { toBuffer } from 'bwip-js/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { parseGs1, type Gs1Scan } from './gs1.ts';

const today = { year: 2026, month: 3, day: 14 };
const symbols = [
  { bcid: 'gs1datamatrix', prefix: ']d2' },
  { bcid: 'gs1-128', prefix: ']C1' },
  { bcid: 'gs1qrcode', prefix: ']Q3' },
  { bcid: 'databarexpandedstacked', prefix: ']e0' },
];

const labels: { printed: string; told: Partial<Gs1Scan> }[] = [
  {
    printed: '(01)09506000134352(17)261231(10)ABC123(21)S-0001',
    told: { gtin: '09506000134352', expiresOn: '2026-12-31', lotNumber: 'ABC123', serialNumber: 'S-0001' },
  },
  {
    printed: '(10)LOT/7(01)09506000134352(17)280200',
    told: { gtin: '09506000134352', expiresOn: '2028-02-29', lotNumber: 'LOT/7' },
  },
  {
    printed: '(21)10000000000000000001(10)A1(17)270600(01)00312345678906',
    told: { gtin: '00312345678906', expiresOn: '2027-06-30', lotNumber: 'A1', serialNumber: '10000000000000000001' },
  },
  {
    printed: '(01)09506000134352(10)12345678901234567890',
    told: { lotNumber: '12345678901234567890', expiresOn: null },
  },
  {
    printed: '(01)09506000134352(11)250115(17)270114(10)x:1*=&(240)REF',
    told: { manufacturedOn: '2025-01-15', expiresOn: '2027-01-14', lotNumber: 'x:1*=&' },
  },
  { printed: '(00)106141412345678908(02)09506000134352(37)24(10)B', told: { gtin: '09506000134352', lotNumber: 'B' } },
];

beforeAll(async () => {
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  await prepareZXingModule({
    overrides: { wasmBinary: Uint8Array.from(wasm).buffer, locateFile: (name: string) => name },
    fireImmediately: true,
  });
});

/** What a scanner in its usual setting sends: the symbology identifier, then the data with FNC1 as GS. */
async function scanned(bcid: string, text: string): Promise<string> {
  const image = await toBuffer({
    bcid,
    text,
    scale: 3,
    paddingwidth: 10,
    paddingheight: 10,
    backgroundcolor: 'FFFFFF',
  });
  const [symbol] = await readBarcodes(Uint8Array.from(image), { tryHarder: true, textMode: 'Plain' });
  if (symbol === undefined) throw new Error(`the referee cannot read its ${bcid}: ${text}`);
  return symbol.symbologyIdentifier + new TextDecoder().decode(symbol.bytes);
}

describe.each(symbols)('$bcid', ({ bcid, prefix }) => {
  it.each(labels)('$printed', async ({ printed, told }) => {
    const scan = await scanned(bcid, printed);
    expect(scan.startsWith(prefix)).toBe(true);
    const elements = Object.fromEntries(
      Array.from(printed.matchAll(/\((\d+)\)([^(]+)/g), ([, ai, value]): [string, string] => [
        String(ai),
        String(value),
      ]),
    );
    expect(parseGs1(scan, today)).toMatchObject({ ...told, elements });
    expect(parseGs1(printed, today)).toEqual(parseGs1(scan, today));
  });
});

describe('retail symbols', () => {
  it.each([
    ['ean13', '4006381333931', '04006381333931'],
    ['upca', '312345678906', '00312345678906'],
    ['ean8', '96385074', '00000096385074'],
    ['itf14', '10312345678903', '10312345678903'],
  ])('%s', async (bcid, text, gtin) => {
    expect(parseGs1(await scanned(bcid, text), today)).toMatchObject({ gtin, elements: { '01': gtin } });
  });

  it('a plain DataMatrix of the same digits is not GS1', async () => {
    const scan = await scanned('datamatrix', '010950600013435217261231');
    expect(() => parseGs1(scan, today)).toThrow('does not carry GS1 data');
  });
});
