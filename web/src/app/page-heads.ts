/**
 * What stands over each page. Apart from the pages, because the server writes it into the page that it sends: it is read
 * while the scripts are still on their way (first-paint.ts).
 */
export interface Head {
  readonly title: string;
  readonly description?: string;
}

export const heads = {
  overview: {
    title: 'Overview',
    description: 'What the stock is worth, what expires soon, and what needs somebody.',
  },
  alerts: { title: 'Alerts', description: 'What somebody must see to, the newest first.' },
  'open-vials': { title: 'Open vials', description: 'What is in use, how much is left of it, and until when.' },
  stock: { title: 'Stock', description: 'Every batch, with what may be taken of it now.' },
  expiry: { title: 'Expiry', description: 'Lots with units on hand, by the days to their last day.' },
  transfers: { title: 'Transfers', description: 'Units on their way from one location to another.' },
  counts: { title: 'Counts', description: 'What stands on the shelves, held against the books.' },
  waste: { title: 'Waste', description: 'What was thrown away, why, and what it cost.' },
  recalls: {
    title: 'Recalls',
    description: 'Lots that may not be used, who had of them, and notices that may concern what is here.',
  },
  'cold-chain': {
    title: 'Cold chain',
    description: 'Refrigerators and freezers, what they measure, and what stood in them when they were out of limits.',
  },
  reviews: {
    title: 'Review queue',
    description:
      'Dispensings of high and critical risk: the newest day first, of each day the riskiest first. New ones come in by themselves.',
  },
  dispensing: { title: 'Dispensing' },
  patients: {
    title: 'Patients',
    description: 'Each patient that is shown is written down: who read the record, and when.',
  },
  duplicates: {
    title: 'Duplicates',
    description:
      'Pairs of patient records that may be one person, the surest first. Each patient that is shown is written down as read by you.',
  },
  projects: {
    title: 'Projects',
    description: 'Work on models and scans: its files, and the states that it went through.',
  },
  audit: {
    title: 'Audit',
    description:
      'Who did what, when and why. Nothing here can be changed; sealed entries are part of a chain that shows every tampering.',
  },
  jobs: {
    title: 'Jobs',
    description:
      'What the workers do by themselves, looked at again every ten seconds. What failed for good is tried again on the board of the queues.',
  },
  'migration-runs': {
    title: 'Migration runs',
    description: 'What came over from older systems: how many rows, how far, and what went wrong.',
  },
} satisfies Readonly<Record<string, Head>>;
