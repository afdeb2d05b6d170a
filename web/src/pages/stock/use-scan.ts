/** What a scan on the stock pages leads to: the batch, the batches of its lot, or intake with all that the code says. */
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { useApi } from '../../api/api-context.tsx';
import { graphql } from '../../api/graphql.ts';
import { refusalOf } from '../../api/refusals.ts';
import { useMay } from '../../app/access.ts';
import { usePlace } from '../../app/place.tsx';
import { isZero } from '../../format/decimal.ts';
import { useScanner } from '../../parts/scanner.ts';

const ReadScan = graphql(`
  query ReadScan($data: String!) {
    parseBarcode(data: $data) {
      lotNumber
      product {
        id
        name
      }
    }
  }
`);

const LotOfScan = graphql(`
  query LotOfScan($filter: LotFilter) {
    lots(filter: $filter, first: 1) {
      nodes {
        id
        stock {
          id
          onHand
          location {
            id
          }
        }
      }
    }
  }
`);

const BatchOfScan = graphql(`
  query BatchOfScan($search: String) {
    stocks(filter: { search: $search }, first: 1) {
      nodes {
        id
      }
    }
  }
`);

export function useScan(): (data: string) => void {
  const { client } = useApi();
  const { place } = usePlace();
  const navigate = useNavigate();
  const mayTakeIn = useMay()('intake');

  const handle = useCallback(
    async (data: string) => {
      const fresh = { requestPolicy: 'network-only' } as const;
      const read = await client.query(ReadScan, { data }, fresh).toPromise();
      if (read.data === undefined) {
        // Labels of products without a GTIN hold our own batch code.
        const own = await client.query(BatchOfScan, { search: data }, fresh).toPromise();
        const batch = own.data?.stocks.nodes[0];
        if (batch !== undefined) void navigate(`/stock/${batch.id}`);
        else if (read.error !== undefined) tell('This code cannot be read', refusalOf(read.error).message);
        return;
      }
      const { product, lotNumber } = read.data.parseBarcode;
      const known = product === null || lotNumber === null ? null : { productId: product.id, lotNumber };
      const found = known === null ? null : await client.query(LotOfScan, { filter: known }, fresh).toPromise();
      const lot = found?.data?.lots.nodes[0];
      const here = (lot?.stock ?? []).filter(({ location }) => place === null || location.id === place.id);
      const filled = here.filter(({ onHand }) => !isZero(onHand));
      const [batch] = filled;
      if (batch !== undefined && filled.length === 1) void navigate(`/stock/${batch.id}`);
      else if (lot !== undefined && filled.length > 1) void navigate(`/stock?lot=${lot.id}`);
      else if (mayTakeIn) void navigate(`/stock/intake?scan=${encodeURIComponent(data)}`);
      else tell(`No units of ${product?.name ?? 'this product'}`, 'Nothing of this lot is at your locations.');
    },
    [client, place, navigate, mayTakeIn],
  );

  const onScan = useCallback(
    (data: string) => {
      void handle(data);
    },
    [handle],
  );
  useScanner(onScan);
  return onScan;
}

function tell(title: string, message: string): void {
  notifications.show({ title, message, color: 'orange', autoClose: 8_000 });
}
