/** Dockerfile and compose.yaml, where no engine runs: two linters, and that what they name is there. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

const dockerfile = await readFile('Dockerfile', 'utf8');
const ignored = await readFile('.dockerignore', 'utf8');
const compose = parse(await readFile('compose.yaml', 'utf8'), { merge: true }) as Compose;

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image: string;
        readonly command?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly volumes?: readonly string[];
        readonly depends_on?: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

const ours = Object.entries(compose.services).filter(([, { image }]) => image.startsWith('lotkeeper'));

/** Everything that src/config.ts asks the environment for. */
function settings(): Set<string> {
  const asked = new Set<string>();
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get: (_env, name) => {
        asked.add(String(name));
        return undefined;
      },
    },
  );
  readConfig(env);
  return asked;
}

describe('the Dockerfile', () => {
  it('passes its linter', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate('FROM node\nCOPPY a b\n')).not.toEqual([]);
  });

  it('copies what is there, and what .dockerignore lets in', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    const allowed = [...ignored.matchAll(/^!(\S+)$/gm)].map(([, file = '']) => file);
    expect(copied.filter((file) => !existsSync(file))).toEqual([]);
    expect(copied.filter((file) => file !== '.' && !allowed.includes(file))).toEqual([]);
    // What `npm run build` reads.
    for (const file of ['tsconfig.json', 'tsconfig.build.json', 'ormconfig.ts', 'migrations', 'src']) {
      expect(allowed).toContain(file);
      expect(existsSync(file)).toBe(true);
    }
  });

  it('takes from the build what the package holds, and runs without rights', async () => {
    const taken = [...dockerfile.matchAll(/^COPY --from=build \/build\/(\S+) /gm)].map(([, file = '']) => file);
    const { bin, files } = JSON.parse(await readFile('package.json', 'utf8')) as {
      bin: { lotkeeper: string };
      files: string[];
    };
    // What begins with ! is left out of it.
    const held = files.filter((file) => !['docs', 'examples'].includes(file) && !file.startsWith('!'));
    expect(taken).toEqual(expect.arrayContaining(held));
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${bin.lotkeeper}"]`);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    const set = [...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap(([, line = '']) =>
      line.split(' ').map((each) => each.split('=')[0] ?? ''),
    );
    expect(set.filter((name) => !settings().has(name))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  it('passes its linter', async () => {
    const lint = promisify(execFile)('npm', ['run', '--silent', 'lint:compose']);
    expect(await lint).toMatchObject({ stdout: expect.not.stringMatching(/warning|error/) as string });
  });

  it('sets only what Lotkeeper reads, and all that production asks for', () => {
    const known = settings();
    expect(ours.map(([name]) => name).sort()).toEqual(['api', 'migrate', 'worker']);
    for (const [, { environment = {} }] of ours) {
      expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
      const filled = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{[^}]+\}/g, 'x'.repeat(32))]),
      );
      expect(() => readConfig({ ...filled, NODE_ENV: 'production' })).not.toThrow();
    }
  });

  it('mounts files that are there, and waits for services that are there', () => {
    for (const { volumes = [], depends_on: waited = {} } of Object.values(compose.services)) {
      const files = volumes.map((volume) => volume.split(':')[0] ?? '').filter((file) => file.startsWith('.'));
      expect(files.filter((file) => !existsSync(file))).toEqual([]);
      expect(Object.keys(waited).filter((name) => !(name in compose.services))).toEqual([]);
    }
  });

  it('gives the roles the same limits as the PostgreSQL that comes along', async () => {
    const roles = await readFile('docker/roles.sh', 'utf8');
    const own = await readFile('src/db/roles.ts', 'utf8');
    const limits = [...own.matchAll(/^ {2}(\w+): '(\w+)',$/gm)].map(([, name = '', value = '']) => [name, value]);
    expect(limits).toHaveLength(4);
    for (const [name, value] of limits) expect(roles.replaceAll('"', '')).toContain(`SET ${name} = '${value}'`);
  });
});
