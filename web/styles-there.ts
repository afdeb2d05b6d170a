/** A component of Mantine whose sheet src/app/mantine-styles.ts does not name would come unstyled: the build fails instead. */
import type { Plugin } from 'vite';

export function stylesThere(): Plugin {
  return {
    name: 'lotkeeper:styles-there',
    apply: 'build',
    generateBundle(_, bundle) {
      const named = namesIn([...this.getModuleIds()], /@mantine\/core\/styles\/(\w+)\.layer\.css/);
      const parts = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? Object.keys(part.modules) : []));
      const missing = namesIn(parts, /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs/).filter(
        (name) => !named.includes(name),
      );
      if (missing.length > 0) this.error(`src/app/mantine-styles.ts lacks the styles of ${missing.join(', ')}`);
    },
  };
}

function namesIn(ids: readonly string[], pattern: RegExp): string[] {
  return ids.flatMap((id) => pattern.exec(id)?.[1] ?? []);
}
