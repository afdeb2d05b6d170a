import type { ComparedField } from './compared.ts';
import classes from './side-by-side.module.css';

/** Green is the same on both sides, amber differs; under each field's name stands what the comparison made of it. */
export function SideBySide({ fields }: { readonly fields: readonly ComparedField[] }) {
  return (
    <table className={classes.table} aria-label="The two records, side by side">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">First record</th>
          <th scope="col">Second record</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, left, right, isAlike, evidence }) => {
          const hasBoth = left !== null && right !== null;
          return (
            <tr key={name} data-alike={hasBoth ? isAlike : undefined}>
              <th scope="row">
                {name}
                {evidence !== null && <span className={classes.evidence}>{evidence}</span>}
              </th>
              <td data-value={left !== null}>{left ?? 'Not known'}</td>
              <td data-value={right !== null}>{right ?? 'Not known'}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
