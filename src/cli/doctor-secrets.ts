/** What the doctor says of secrets: whether they can be guessed, and whether every process has the same. Never shows one. */
import type { Config } from '../config.ts';
import type { Finding } from './doctor.ts';

const check = 'secrets';
const random = 'Take a random one: openssl rand -hex 32.';
/** 32 random hexadecimal digits have fewer than nine different ones once in thousands of times. */
const fewestCharacters = 8;
const words = /secret|password|passwd|change|example|default|lotkeeper|12345|qwert/i;

export function secretFindings(config: Config): Finding[] {
  const given = Object.entries({
    JWT_SECRET: config.jwtSecret,
    PATIENT_KEY: config.patientKey,
    METRICS_TOKEN: config.metricsToken,
    WEBHOOK_SECRET: config.notify.webhooks.secrets[0] ?? null,
  });
  const findings = [
    ...given.flatMap(([name, secret]) => (secret === null || !canBeGuessed(secret) ? [] : [guessable(name)])),
    ...usedTwice(given),
    ...(config.databaseUrl === null ? [] : keptByThisMachine(config)),
  ];
  if (findings.length > 0) return findings;
  return [{ check, health: 'OK', found: 'of sufficient length and variety, each used once' }];
}

export function canBeGuessed(secret: string): boolean {
  return new Set(secret).size < fewestCharacters || words.test(secret);
}

function guessable(name: string): Finding {
  const advice = name === 'PATIENT_KEY' ? `${random} Only before the first patient: it has to stay.` : random;
  return { check, health: 'WARN', found: `${name} looks as if it could be guessed`, advice };
}

function usedTwice(given: readonly (readonly [string, string | null])[]): Finding[] {
  const pairs = given.flatMap(([name, secret], index) =>
    secret === null ? [] : given.slice(index + 1).flatMap(([other, its]) => (its === secret ? [[name, other]] : [])),
  );
  return pairs.map(([name = '', other = '']) => {
    return { check, health: 'WARN', found: `${name} and ${other} are the same`, advice: random };
  });
}

/** Beside a database that others use too, each machine would make secrets of its own. */
function keptByThisMachine({ jwtSecret, patientKey }: Config): Finding[] {
  const missing = [...(jwtSecret === null ? ['JWT_SECRET'] : []), ...(patientKey === null ? ['PATIENT_KEY'] : [])];
  if (missing.length === 0) return [];
  const found = `${missing.join(' and ')} not set: another machine on this database would have its own`;
  return [{ check, health: 'WARN', found, advice: 'Set them to the same on every machine.' }];
}
