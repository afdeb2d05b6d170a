/** Select lists, so that plain rows come back under the names of their class's properties. */
import { getMetadataArgsStorage } from 'typeorm';
import { snakeCase } from './snake-case-names.ts';

type Entity = new () => object;
const known = new Map<Entity, readonly { readonly column: string; readonly property: string }[]>();

/** The columns of an entity over an alias; those marked `select: false` (secrets) are left out. */
export function columnsOf(entity: Entity, alias: string): string {
  return propertiesOf(entity)
    .map(({ column, property }) => `${alias}.${column}${column === property ? '' : ` AS "${property}"`}`)
    .join(', ');
}

function propertiesOf(entity: Entity) {
  const before = known.get(entity);
  if (before !== undefined) return before;
  const found = getMetadataArgsStorage()
    .columns.filter(({ target, options }) => target === entity && options.select !== false)
    .map(({ propertyName, options }) => ({
      property: propertyName,
      column: options.name ?? snakeCase(propertyName),
    }));
  if (found.length === 0) throw new Error(`${entity.name} has no columns`);
  known.set(entity, found);
  return found;
}
