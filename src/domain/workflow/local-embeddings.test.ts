import { describe, expect, it, test } from 'vitest';
import { cosine, unitVector } from './embedding-provider.ts';
import { localEmbeddings } from './local-embeddings.ts';

async function vectorOf(text: string): Promise<readonly number[]> {
  const [outcome] = await localEmbeddings.embed([text]);
  if (outcome === undefined || !('vector' in outcome)) throw new Error('no vector');
  return outcome.vector;
}

const likeness = async (a: string, b: string) => cosine(await vectorOf(a), await vectorOf(b));

describe('vectors of trigrams', () => {
  it('have 384 places and length 1', async () => {
    const vector = await vectorOf('Upper jaw scan, second version');
    expect(vector).toHaveLength(384);
    expect(cosine(vector, vector)).toBeCloseTo(1, 12);
  });

  it('are the same for the same text, and whatever its case, marks and spaces', async () => {
    expect(await vectorOf('Crème  BRIDGE')).toEqual(await vectorOf('creme bridge'));
  });

  it('stay as they were: kept vectors are compared with new ones', async () => {
    const vector = await vectorOf('upper jaw');
    const places = vector.flatMap((x, i) => (x === 0 ? [] : [i * Math.sign(x)]));
    expect(places.join(' ')).toMatchInlineSnapshot(`"88 179 -200 226 318 321 374 380"`);
  });

  it('are nearer the more the texts share', async () => {
    const misspelt = await likeness('lower molar crown', 'lower mollar crown');
    const related = await likeness('lower molar crown', 'upper molar bridge');
    const strange = await likeness('lower molar crown', 'sports shoe insole');
    expect(misspelt).toBeGreaterThan(0.7);
    expect(misspelt).toBeGreaterThan(related);
    expect(related).toBeGreaterThan(strange + 0.1);
    expect(Math.abs(strange)).toBeLessThan(0.2);
  });

  it('read other scripts too', async () => {
    expect(await likeness('коронка верхняя', 'коронка нижняя')).toBeGreaterThan(0.4);
    expect(await likeness('義歯の設計', '義歯の調整')).toBeGreaterThan(0.3);
  });
});

test('a text without letters or digits is told in its place, and the others have theirs', async () => {
  const outcomes = await localEmbeddings.embed(['one', ' … ', 'two']);
  expect(outcomes.map((outcome) => 'vector' in outcome)).toEqual([true, false, true]);
  expect(outcomes[1]).toEqual({ reason: 'It has no letters or digits.' });
});

test('costs nothing', () => {
  expect(localEmbeddings.estimate(['a', 'b'])).toEqual({ texts: 2, tokens: 0, dollars: '0' });
});

describe('unitVector', () => {
  it.each([[[]], [[0, 0]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1]]])('of %j is none', (vector) => {
    expect(unitVector(vector)).toBeNull();
  });

  it('keeps the direction', () => {
    expect(unitVector([3, -4])).toEqual([0.6, -0.8]);
  });
});
