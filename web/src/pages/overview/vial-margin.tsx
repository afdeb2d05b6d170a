import { Skeleton, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../api/graphql.ts';
import { usePlace } from '../../app/place.tsx';
import { useMoney } from '../../app/settings.tsx';
import { forPixels, plus } from '../../format/decimal.ts';
import { counted } from '../../format/words.ts';
import { BarChart } from '../../parts/bar-chart.tsx';

const VialMarginQuery = graphql(`
  query VialMargin($locationId: ID, $from: DateTime!) {
    openVials(locationId: $locationId, from: $from, first: 200) {
      nodes {
        id
        margin
        product {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

const shown = 8;
const days = 30;

/** Of vials opened in the last 30 days, by product: what was charged less what was drawn and thrown away. */
export function VialMargin() {
  const locationId = usePlace().place?.id ?? null;
  const money = useMoney();
  const [from] = useState(() => new Date(Date.now() - days * 86_400_000).toISOString());
  const [{ data }] = useQuery({ query: VialMarginQuery, variables: { locationId, from } });
  const products = useMemo(() => marginByProduct(data?.openVials.nodes ?? []), [data]);
  if (data === undefined) return <Skeleton height={180} data-loading />;
  if (products.length === 0) return <Text c="dimmed">No vial was opened in the last 30 days.</Text>;
  return (
    <>
      <BarChart
        label="Margin of opened vials by product, last 30 days"
        bars={products.slice(0, shown).map(({ name, margin, vials }) => ({
          label: name,
          size: forPixels(margin),
          figure: `${money.exact(margin)} · ${counted(vials, 'vial')}`,
          tone: margin.startsWith('-') ? 'bad' : 'plain',
        }))}
      />
      {data.openVials.pageInfo.hasNextPage && (
        <Text size="xs" c="dimmed" mt="xs">
          Of the last {counted(data.openVials.nodes.length, 'vial')}.
        </Text>
      )}
    </>
  );
}

interface VialOfProduct {
  readonly margin: string;
  readonly product: { readonly id: string; readonly name: string };
}

function marginByProduct(vials: readonly VialOfProduct[]) {
  const byProduct = new Map<string, { name: string; margin: string; vials: number }>();
  for (const { product, margin } of vials) {
    const before = byProduct.get(product.id);
    byProduct.set(product.id, {
      name: product.name,
      margin: plus(before?.margin ?? '0', margin),
      vials: (before?.vials ?? 0) + 1,
    });
  }
  return [...byProduct.values()].toSorted((left, right) => forPixels(right.margin) - forPixels(left.margin));
}
