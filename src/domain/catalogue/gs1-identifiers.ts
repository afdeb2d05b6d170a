/**
 * The application identifiers (AI) of GS1 and the shape of their values.
 * A shape is a row of components: a letter for the kind, then a length (`6`) or a longest length (`..20`); `?` marks a
 * last component that may be missing. Kinds: N digits · K digits ending in a check digit · D date yymmdd whose day may
 * be 00 · E date yymmdd · H time hhmm · X character set 82 · Y character set 39 · Z base64url.
 * Country, currency and similar code lists are not checked: nothing here decides on them.
 */
const shapes: readonly (readonly [identifiers: string, shape: string])[] = [
  ['00', 'K18'],
  ['0[123]', 'K14'],
  ['1[123567]', 'D6'],
  ['20', 'N2'],
  ['10|2[12]|243|254|420|4318|702[012]|71[0-7]|7240|8002|8012', 'X..20'],
  ['235', 'X..28'],
  ['24[01]|25[01]|40[013]|4308|4319|7002|7023|8004|90', 'X..30'],
  ['242', 'N..6'],
  ['253', 'K13 X..17?'],
  ['255', 'K13 N..12?'],
  ['30|37', 'N..8'],
  ['3(?:1[0-6]|2[0-9]|3[0-7]|4[0-9]|5[0-7]|6[0-9])[0-5]|395[0-5]|8005', 'N6'],
  ['39[02][0-9]', 'N..15'],
  ['39[13][0-9]', 'N3 N..15'],
  ['394[0-3]|8111', 'N4'],
  ['402', 'K17'],
  ['41[0-7]', 'K13'],
  ['421', 'N3 X..9'],
  ['42[246]', 'N3'],
  ['42[35]', 'N3 N..12?'],
  ['427|7008', 'X..3'],
  ['430[01]|431[01]|4320', 'X..35'],
  ['430[2-6]|431[2-6]|7257|8110|8112|8200', 'X..70'],
  ['4307|4317', 'X2'],
  ['4309', 'N20'],
  ['432[123]|7252', 'N1'],
  ['432[45]', 'D6 H4'],
  ['4326|7006', 'E6'],
  ['433[0-3]', 'N6 X1?'],
  ['7001', 'N13'],
  ['7003', 'E6 H4'],
  ['7004', 'N..4'],
  ['7005', 'X..12'],
  ['7007', 'E6 E6?'],
  ['7009|7255', 'X..10'],
  ['7010', 'X..2'],
  ['7011', 'E6 H4?'],
  ['703[0-9]', 'N3 X..27'],
  ['7040', 'N1 X3'],
  ['7041', 'X..4'],
  ['723[0-9]', 'X2 X..28'],
  ['7241', 'N2'],
  ['7242|8013|8014|8020', 'X..25'],
  ['7250', 'N8'],
  ['7251', 'N8 H4'],
  ['725[349]', 'X..40'],
  ['7256|9[1-9]', 'X..90'],
  ['7258', 'X3'],
  ['8001', 'N14'],
  ['8003', 'N1 K13 X..16?'],
  ['8006|8026', 'K14 N4'],
  ['8007', 'X..34'],
  ['8008', 'E6 N2 N..4?'],
  ['8009', 'X..50'],
  ['8010', 'Y..30'],
  ['8011', 'N..12'],
  ['8017|8018', 'K18'],
  ['8019', 'N..10'],
  ['8030', 'Z..90'],
  ['8040|8041', 'N15'],
  ['8042', 'N32'],
  ['8043', 'N18 N..2?'],
];

export interface Gs1Component {
  readonly kind: string;
  readonly min: number;
  readonly max: number;
  readonly optional: boolean;
}

export interface Gs1Identifier {
  readonly ai: string;
  readonly components: readonly Gs1Component[];
  readonly maxLength: number;
  /** True where the standard sets the length by the first two digits, so that the next element needs no FNC1. */
  readonly predefinedLength: boolean;
}

const component = /([A-Z])(\.\.)?(\d+)(\?)?/g;

const rules = shapes.map(([identifiers, shape]) => {
  const components = Array.from(shape.matchAll(component), ([, kind = '', upTo, length, optional]) => ({
    kind,
    min: upTo === undefined ? Number(length) : 1,
    max: Number(length),
    optional: optional !== undefined,
  }));
  const maxLength = components.reduce((sum, { max }) => sum + max, 0);
  return { pattern: new RegExp(`^(?:${identifiers})`), components, maxLength };
});

const predefined = /^(?:0[0-4]|1[1-9]|20|3[1-6]|41)/;

/** The identifier that a text begins with; no identifier is the beginning of another. */
export function identifierAt(text: string): Gs1Identifier | null {
  for (const { pattern, components, maxLength } of rules) {
    const ai = pattern.exec(text)?.[0];
    if (ai !== undefined) return { ai, components, maxLength, predefinedLength: predefined.test(ai) };
  }
  return null;
}
