import type { Change } from './changes.ts';
import classes from './changes-table.module.css';

/** Red is what went, green is what came; what stayed the same is grey. */
export function ChangesTable({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <table className={classes.changes} aria-label="What changed">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after, isChanged }) => (
          <tr key={field} data-changed={isChanged}>
            <th scope="row">{field}</th>
            <td data-side={before === null ? undefined : 'before'}>{before ?? '–'}</td>
            <td data-side={after === null ? undefined : 'after'}>{after ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
