/** Cost on hand, profit and shelf days are calculated every hour; whoever does not want to wait has it done now. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { refusalOf, type Refusal } from '../../api/refusals.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { tellDone } from '../../parts/toast.ts';
import { MetricsJob, RefreshStockMetrics } from './deed-documents.ts';

const lookAgainMs = 500;
const mostLooks = 40;

export function RefreshMetrics({ onDone }: { readonly onDone: () => void }) {
  const { client } = useApi();
  const [isRunning, setIsRunning] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const hasEnded = async (id: string) => {
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const { data } = await client.query(MetricsJob, { id }, { requestPolicy: 'network-only' }).toPromise();
      if (data?.job?.finishedAt != null) return true;
      await new Promise((settle) => setTimeout(settle, lookAgainMs));
    }
    return false;
  };
  const run = async () => {
    setIsRunning(true);
    const { data, error } = await client.mutation(RefreshStockMetrics, {}).toPromise();
    setRefusal(error === undefined ? null : refusalOf(error));
    if (data != null) {
      if (await hasEnded(data.refreshStockMetrics.jobId)) onDone();
      else tellDone('Asked for', 'The figures are calculated in the background; look again in a moment.');
    }
    setIsRunning(false);
  };
  return (
    <>
      <Button size="compact-sm" variant="default" loading={isRunning} onClick={() => void run()}>
        Calculate anew
      </Button>
      {refusal !== null && <RefusalNote refusal={refusal} />}
    </>
  );
}
