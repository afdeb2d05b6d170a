import { Alert, List, Text } from '@mantine/core';
import { useQuery } from 'urql';
import { graphql } from '../../api/graphql.ts';
import { day } from '../../format/dates.ts';
import { words } from '../../format/words.ts';

const NextBatchQuery = graphql(`
  query NextBatch($productId: ID!, $locationId: ID!) {
    fefoPlan(productId: $productId, locationId: $locationId, quantity: "1") {
      shortBy
      allocations {
        expiresSoon
        lot {
          id
          manufacturerLotNumber
          expiresOn
        }
        stock {
          id
          batchCode
        }
      }
      skipped {
        reason
        lot {
          id
          manufacturerLotNumber
        }
      }
    }
  }
`);

/** The one to take: first expiry first out; and why others are not. */
export function NextBatch({ productId, locationId }: { readonly productId: string; readonly locationId: string }) {
  const [{ data }] = useQuery({
    query: NextBatchQuery,
    variables: { productId, locationId },
    requestPolicy: 'network-only',
  });
  if (data === undefined) return null;
  const { allocations, skipped } = data.fefoPlan;
  const [next] = allocations;
  return (
    <Alert
      variant="outline"
      color={next === undefined ? 'red' : 'ink'}
      title={next === undefined ? 'Nothing here may be opened' : `Take lot ${next.lot.manufacturerLotNumber}`}
    >
      {next !== undefined && (
        <Text size="sm">
          {next.lot.expiresOn === null ? 'No expiry' : `Expires ${day(next.lot.expiresOn)}`} · batch{' '}
          {next.stock.batchCode}
        </Text>
      )}
      {skipped.length > 0 && (
        <List size="sm" mt={4}>
          {skipped.slice(0, 5).map(({ lot, reason }) => (
            <List.Item key={lot.id}>
              Not lot {lot.manufacturerLotNumber}: {words(reason).toLowerCase()}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
