import { expect, test } from 'vitest';
import { Position } from './position.ts';

/** A server that is answered for by the test: what each call sent, and how to answer it. */
function aServer() {
  const calls: {
    readonly sent: string | null;
    readonly answer: (told: string | null) => void;
    readonly fail: () => void;
  }[] = [];
  const position = new Position(async (_input, init) => {
    const sent = new Headers(init?.headers).get('lotkeeper-position');
    return new Promise<Response>((resolve, reject) => {
      calls.push({
        sent,
        answer: (told) => {
          resolve(new Response('', told === null ? {} : { headers: { 'lotkeeper-position': told } }));
        },
        fail: () => {
          reject(new TypeError('no answer'));
        },
      });
    });
  });
  const begin = (signal?: AbortSignal) => {
    const answered = position.fetch('/graphql', signal === undefined ? {} : { signal }).then(
      () => undefined,
      () => undefined,
    );
    const call = calls.at(-1);
    if (call === undefined) throw new Error('Nothing was sent');
    return { ...call, answered };
  };
  const told = async (text: string | null) => {
    const call = begin();
    call.answer(text);
    await call.answered;
    return call.sent;
  };
  return { position, begin, told };
}

test('the greatest position is sent, as a number and not as a text', async () => {
  const { position, told } = aServer();
  expect(await told('9/FFFFFFFF')).toBe('?');
  expect(await told('10/0')).toBe('9/FFFFFFFF');
  expect(await told('A/0')).toBe('10/0');
  position.hear({ position: '10/1' });
  position.hear({ position: 'F/FFFFFFFF' });
  position.hear(undefined);
  expect(await told('0/0')).toBe('10/1');
});

test.each([null, 'nonsense'])('an answer that tells %j makes it unknown', async (text) => {
  const { told } = aServer();
  await told('1/1');
  await told(text);
  expect(await told('1/1')).toBe('?');
});

test('a lost answer makes it unknown, and only what is sent afterwards tells it again', async () => {
  const { position, begin, told } = aServer();
  await told('1/1');
  const [before, lost] = [begin(), begin()];
  lost.fail();
  await lost.answered;
  before.answer('1/2');
  await before.answered;
  position.hear({ position: '1/3' });
  expect(await told('1/4')).toBe('?');
  expect(await told(null)).toBe('1/4');
});

test('a query that was given up changes nothing', async () => {
  const { begin, told } = aServer();
  await told('1/1');
  const given = begin(AbortSignal.abort());
  given.fail();
  await given.answered;
  expect(await told('1/1')).toBe('1/1');
});

test('an event whose position nobody knows makes it unknown', async () => {
  const { position, told } = aServer();
  await told('1/1');
  position.hear({ position: null });
  expect(await told(null)).toBe('?');
});
