/** The whole list as a file, by the filter that is set: read page by page, so that a long one needs no more of the server. */
import { Button } from '@mantine/core';
import IconDownload from '@tabler/icons-react/icons/IconDownload';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import type { Identified, PagedQuery } from '../api/paged-list.ts';
import { refusalOf } from '../api/refusals.ts';
import { csvRecord } from '../format/csv.ts';
import { grouped } from '../format/decimal.ts';

/** A column of the file: its heading, and what a row has there; null where it is not known or not to be told. */
export type CsvColumns<Row> = readonly (readonly [
  header: string,
  value: (row: Row) => string | number | null | undefined,
])[];

export interface CsvExportProps<Data, Variables, Row> {
  readonly query: PagedQuery<Data, Variables, Row>;
  readonly columns: CsvColumns<Row>;
  /** Of the file: "stock" becomes stock-2027-03-31.csv. */
  readonly name: string;
}

const pageSize = 200;

export function CsvExport<Data, Variables extends Record<string, unknown>, Row extends Identified>({
  query: { document, variables, pick },
  columns,
  name,
}: CsvExportProps<Data, Variables, Row>) {
  const { client } = useApi();
  const [read, setRead] = useState<number | null>(null);
  const isWanted = useRef(false);
  useEffect(
    () => () => {
      isWanted.current = false;
    },
    [],
  );

  const run = async () => {
    isWanted.current = true;
    const parts = ['\uFEFF', csvRecord(columns.map(([header]) => header))];
    let after: string | null = null;
    let rows = 0;
    for (let hasMore = true; hasMore;) {
      const page = { ...variables, first: pageSize, after };
      const { data, error } = await client.query(document, page, { requestPolicy: 'network-only' }).toPromise();
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it is changed from outside meanwhile
      if (!isWanted.current) return;
      if (data == null) {
        if (error !== undefined) tell(refusalOf(error).message);
        break;
      }
      const { nodes, pageInfo } = pick(data);
      parts.push(nodes.map((row) => csvRecord(columns.map(([, value]) => value(row)))).join(''));
      rows += nodes.length;
      setRead(rows);
      after = pageInfo.endCursor;
      hasMore = pageInfo.hasNextPage;
      if (!hasMore) save(parts, name);
    }
    isWanted.current = false;
    setRead(null);
  };

  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} stroke={1.7} />}
      onClick={() => {
        if (read === null) void run();
        else {
          isWanted.current = false;
          setRead(null);
        }
      }}
    >
      {read === null ? 'CSV' : `${grouped(read)} rows, stop`}
    </Button>
  );
}

function tell(message: string): void {
  notifications.show({ color: 'red', title: 'The file was not made', message: `${message} Try again.` });
}

function save(parts: string[], name: string): void {
  const url = URL.createObjectURL(new Blob(parts, { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}-${new Date().toISOString().slice(0, 10)}.csv`;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
