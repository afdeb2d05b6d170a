/** Where the batch is offered and was; whoever may lists it, or ends that. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../app/access.ts';
import { useMoney } from '../../app/settings.tsx';
import { instant } from '../../format/dates.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Sign } from '../../parts/sign.tsx';
import type { StockDetail } from './detail-documents.ts';
import { DelistForm, ListForm } from './list-form.tsx';

type Listing = StockDetail['listedOnPlatforms'][number];

export function Listings({ stock }: { readonly stock: StockDetail }) {
  const may = useMay();
  const [isListing, setIsListing] = useState(false);
  const [ending, setEnding] = useState<string | null>(null);
  const list = may('listOnPlatform') && stock.status !== 'CLOSED' && (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => {
        setIsListing(true);
      }}
    >
      List it
    </Button>
  );
  return (
    <>
      {stock.listedOnPlatforms.length === 0 ? (
        <EmptyState title="Not listed anywhere" action={list}>
          Batches that are offered on a marketplace are listed here, with price and time. Managers list them.
        </EmptyState>
      ) : (
        <Stack gap="xs" align="flex-start">
          <Stack component="ul" gap="xs" m={0} p={0} w="100%" style={{ listStyle: 'none' }} aria-label="Listings">
            {stock.listedOnPlatforms.map((listing) => (
              <Row
                key={`${listing.platform} ${listing.listedAt}`}
                listing={listing}
                timeZone={stock.location.timeZone}
                onEnd={setEnding}
              />
            ))}
          </Stack>
          {list}
        </Stack>
      )}
      {isListing && (
        <ListForm
          stock={stock}
          onClose={() => {
            setIsListing(false);
          }}
        />
      )}
      {ending !== null && (
        <DelistForm
          stock={stock}
          platform={ending}
          onClose={() => {
            setEnding(null);
          }}
        />
      )}
    </>
  );
}

interface RowProps {
  readonly listing: Listing;
  readonly timeZone: string;
  readonly onEnd: (platform: string) => void;
}

function Row({ listing: { platform, price, listedAt, delistedAt, url }, timeZone, onEnd }: RowProps) {
  const may = useMay();
  const money = useMoney();
  return (
    <Group component="li" className="lk-card" justify="space-between" gap="xs" px="sm" py={8}>
      <div style={{ flex: '1 1 220px', minWidth: 0 }}>
        <Text fw={550}>
          {url === null || !/^https?:/.test(url) ? (
            platform
          ) : (
            <Anchor href={url} rel="noreferrer" target="_blank" inherit>
              {platform}
            </Anchor>
          )}{' '}
          {delistedAt === null && <Sign tone="good">Listed</Sign>}
        </Text>
        <Text size="xs" c="dimmed">
          {price === null ? '' : `${money.exact(price)}, `}since {instant(listedAt, timeZone)}
          {delistedAt === null ? '' : `, ended ${instant(delistedAt, timeZone)}`}
        </Text>
      </div>
      {delistedAt === null && may('delistFromPlatform') && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`End the listing on ${platform}`}
          onClick={() => {
            onEnd(platform);
          }}
        >
          End
        </Button>
      )}
    </Group>
  );
}
