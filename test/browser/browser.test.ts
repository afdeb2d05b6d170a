/** All that is tested in a browser, with one server and one browser: each journey is a file beside this one. */
import { afterAll, afterEach, beforeAll, describe, test, vi } from 'vitest';
import { auditing } from './auditing.ts';
import { countingBlind } from './counting-blind.ts';
import { decidingNotices } from './deciding-notices.ts';
import { endingTransfers } from './ending-transfers.ts';
import { everyPage } from './every-page.ts';
import { openingAVial } from './opening-a-vial.ts';
import { recalling } from './recalling.ts';
import { joiningDuplicates } from './joining-duplicates.ts';
import { keepingApart } from './keeping-apart.ts';
import { keepingForSomebody } from './keeping-for-somebody.ts';
import { movingABatch } from './moving-a-batch.ts';
import { outOfLimits } from './out-of-limits.ts';
import { reviewing } from './reviewing.ts';
import { signingIn } from './signing-in.ts';
import { labels } from './label.ts';
import { liveAlerts } from './live-alerts.ts';
import { takingIn } from './taking-in.ts';
import { transferring } from './transferring.ts';
import { twoPeople } from './two-people.ts';
import { wasting } from './wasting.ts';
import { withoutAMouse } from './without-a-mouse.ts';
import { hasBrowser, openStage, type Stage } from './stage.ts';

const journeys = [
  ...[signingIn, everyPage],
  ...[takingIn, labels, twoPeople, movingABatch, keepingForSomebody, wasting],
  ...[liveAlerts],
  ...[reviewing, joiningDuplicates, keepingApart, auditing],
  ...[withoutAMouse],
  ...[openingAVial, countingBlind, transferring, endingTransfers],
  ...[recalling, decidingNotices, outOfLimits],
];

function opened(stage: Stage | undefined): Stage {
  if (stage === undefined) throw new Error('The stage did not open');
  return stage;
}

vi.setConfig({ testTimeout: 120_000 });

describe.runIf(hasBrowser)('in a browser', () => {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await openStage();
  }, 120_000);
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  for (const journey of journeys) journey(() => opened(stage));
});

if (!hasBrowser) test.skip('no chromium was found: the browser tests are left out (CI=true demands them)');
