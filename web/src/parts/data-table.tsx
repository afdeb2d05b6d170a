/**
 * A list of any length: only what is on the screen is in the page, further pages are read as one comes near the end. Wide
 * screens see a table; narrow ones the same cells as cards. A row opens by its link, the arrow keys go from row to row.
 */
import { Button, Skeleton, Text } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Identified } from '../api/paged-list.ts';
import type { ShownList } from '../api/use-paged-list.ts';
import classes from './data-table.module.css';
import { fittingColumns } from './fitting-columns.ts';
import { RefusalNote } from './refusal-note.tsx';
import { useWidth } from './use-width.ts';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Of a CSS grid: "120px", "minmax(160px, 2fr)". */
  readonly width: string;
  readonly isNumber?: boolean;
  /** Left out where the table is narrower than this, and first of all where there is no room. */
  readonly from?: number;
  /** On a card: its heading, the right of its heading, a labelled line (unless said otherwise), a text over its width, nothing. */
  readonly card?: 'lead' | 'side' | 'line' | 'text' | 'none';
  readonly isOnlyOnCards?: boolean;
}

export interface DataTableProps<Row extends Identified> {
  /** What it lists, for who reads by ear. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly list: ShownList<Row>;
  /** Where a row leads; the first column is the link. */
  readonly rowLink?: (row: Row) => string;
  readonly empty: ReactNode;
}

const cardsBelow = 620;
const rowHeight = 46;
const cardHeight = 96;
/** Rows drawn beyond the screen. A card is as high as two or three rows. */
const overscan = { rows: 12, cards: 4 };

export function DataTable<Row extends Identified>({ label, columns, list, rowLink, empty }: DataTableProps<Row>) {
  const { ref, width } = useWidth();
  const fitting = useMemo(
    () =>
      fittingColumns(
        columns.filter(({ isOnlyOnCards }) => isOnlyOnCards !== true),
        width,
      ),
    [columns, width],
  );
  const isCards = width > 0 && (width < cardsBelow || fitting === null);
  const shown = isCards ? columns : (fitting ?? columns);
  const isFirstLoad = list.isLoading && list.rows.length === 0;
  if (list.refusal !== null && list.rows.length === 0) {
    return (
      <div ref={ref}>
        <RefusalNote refusal={list.refusal} />
        <Button mt="sm" variant="default" onClick={() => void list.reload()}>
          Try again
        </Button>
      </div>
    );
  }
  if (!list.isLoading && list.rows.length === 0) return <div ref={ref}>{empty}</div>;
  return (
    <div ref={ref} className={`lk-card ${classes.frame ?? ''}`}>
      <div
        role="table"
        aria-label={label}
        aria-rowcount={list.hasMore || isFirstLoad ? -1 : list.rows.length + 1}
        aria-busy={isFirstLoad}
        style={{ '--columns': shown.map((column) => column.width).join(' ') }}
        data-cards={isCards}
      >
        <div role="rowgroup" className={classes.head}>
          <div role="row" aria-rowindex={1} className={classes.row}>
            {shown.map(({ id, header, isNumber }) => (
              <span key={id} role="columnheader" data-number={isNumber}>
                {header}
              </span>
            ))}
          </div>
        </div>
        {isFirstLoad ? (
          <Loading isCards={isCards} />
        ) : (
          <Rows columns={shown} list={list} isCards={isCards} rowLink={rowLink} />
        )}
      </div>
      {list.refusal !== null && <RefusalNote refusal={list.refusal} />}
    </div>
  );
}

function Loading({ isCards }: { readonly isCards: boolean }) {
  return (
    <div role="rowgroup">
      {Array.from({ length: 8 }, (_, index) => (
        <div role="row" key={index} className={classes.loading} style={{ height: isCards ? cardHeight : rowHeight }}>
          <span role="cell">
            <Skeleton height={12} width={`${70 - ((index * 17) % 40)}%`} aria-label="Loading" />
          </span>
        </div>
      ))}
    </div>
  );
}

interface RowsProps<Row extends Identified> {
  readonly columns: readonly Column<Row>[];
  readonly list: ShownList<Row>;
  readonly isCards: boolean;
  readonly rowLink: ((row: Row) => string) | undefined;
}

function Rows<Row extends Identified>({ columns, list, isCards, rowLink }: RowsProps<Row>) {
  const { rows, hasMore, isLoading, loadMore } = list;
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      if (body.current !== null) setTop(body.current.getBoundingClientRect().top + window.scrollY);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => {
      observer.disconnect();
    };
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (isCards ? cardHeight : rowHeight),
    overscan: isCards ? overscan.cards : overscan.rows,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoading && last >= rows.length - 2 * overscan.rows) void loadMore();
  }, [hasMore, isLoading, last, rows.length, loadMore]);

  return (
    <>
      <div
        role="rowgroup"
        ref={body}
        className={classes.body}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={goFromRowToRow}
      >
        {items.map(({ key, index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <TableRow
              key={key}
              row={row}
              index={index}
              offset={start - top}
              to={rowLink?.(row)}
              columns={columns}
              isCards={isCards}
              measure={virtualizer.measureElement}
            />
          );
        })}
      </div>
      {isLoading && (
        <Text size="sm" c="dimmed" p="sm" role="status">
          Loading more…
        </Text>
      )}
    </>
  );
}

interface TableRowProps<Row extends Identified> {
  readonly row: Row;
  readonly index: number;
  readonly offset: number;
  readonly to: string | undefined;
  readonly columns: readonly Column<Row>[];
  readonly isCards: boolean;
  readonly measure: (element: HTMLElement | null) => void;
}

/** Drawn once: while one scrolls, only rows that come are. (`memo` forgets that the columns' type is the row's.) */
const TableRow = memo(function TableRow<Row extends Identified>(props: TableRowProps<Row>) {
  const { row, index, offset, to, columns, isCards, measure } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-row={row.id}
      ref={measure}
      className={classes.row}
      style={{ transform: `translateY(${offset}px)` }}
    >
      {columns.map((column, place) => (
        <span key={column.id} role="cell" data-number={column.isNumber} data-card={column.card ?? 'line'}>
          {isCards && (column.card ?? 'line') === 'line' && <span className={classes.label}>{column.header} </span>}
          <span className={classes.value}>
            {place === 0 && to !== undefined ? (
              <Link to={to} className={classes.link} preventScrollReset>
                {column.cell(row)}
              </Link>
            ) : (
              column.cell(row)
            )}
          </span>
        </span>
      ))}
    </div>
  );
}) as <Row extends Identified>(props: TableRowProps<Row>) => ReactNode;

/** Up and down among the rows' links, as in any list. */
function goFromRowToRow(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
  if (step === undefined || row === null) return;
  const next = event.currentTarget.querySelector(`[data-index="${Number(row.dataset['index']) + step}"] a`);
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}
