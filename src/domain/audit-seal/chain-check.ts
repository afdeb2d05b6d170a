/**
 * Holds the chain against the rows, block by block, as they are fed to it in the order of their numbers. Remembers of what
 * came before only the end, so it takes no more memory for a million rows than for one.
 */
import type { AuditHead } from './audit-head.ts';
import { beforeFirst, blockHash, chainVersion, entryHash, RowsHash } from './chain.ts';
import { datingOf, LateCount, type Seal } from './dating.ts';
import { Faults } from './faults.ts';
import type { ReadBlock, ReadSeal } from './read-chain.ts';

export class ChainCheck {
  readonly faults = new Faults();
  readonly late = new LateCount();
  blocks = 0;
  rows = 0;
  /** The next seal's number. */
  expected = 1;
  /** When the last block was made that left nothing without a seal. */
  completeAt: string | null = null;
  #previous: ReadBlock | null = null;
  #headsHold = true;
  #lastHeld: AuditHead | null = null;

  constructor(private readonly heads: readonly AuditHead[]) {}

  begin(block: ReadBlock): BlockCheck {
    this.blocks += 1;
    const { block: number, firstSeq, previous } = block;
    const before = this.#previous ?? { block: 0, lastSeq: 0, hash: beforeFirst };
    if (number !== before.block + 1) {
      const gone =
        number === before.block + 2 ? `Block ${number - 1} is` : `Blocks ${before.block + 1} to ${number - 1} are`;
      this.faults.add('deleted', { block: before.block + 1 }, `${gone} gone.`);
    } else if (previous !== before.hash) {
      const message = `Block ${number} was made after another block ${before.block} than there is now: that one, or one before it, was made anew.`;
      this.faults.add('rewritten', { block: before.block }, message);
    } else if (firstSeq !== before.lastSeq + 1) {
      this.faults.add(
        'rewritten',
        { block: number },
        `Block ${number} begins with number ${firstSeq}, not ${before.lastSeq + 1}.`,
      );
    }
    return new BlockCheck(this, block);
  }

  /** Whether numbers are missing before this one; each is told once. */
  isMissing(seq: number, block: number): boolean {
    const first = this.expected;
    if (seq <= first) return false;
    this.expected = seq;
    const gone =
      seq - first === 1
        ? `Number ${first} is gone, row and seal.`
        : `Numbers ${first} to ${seq - 1} are gone, rows and seals.`;
    this.faults.add('deleted', { block, seq: first }, gone);
    return true;
  }

  end(block: ReadBlock): void {
    this.#previous = block;
    if (block.complete) this.completeAt = block.sealedAt;
    for (const head of this.heads) if (head.block === block.block) this.#compare(block, head);
  }

  /** After the last block: heads that should have come. */
  finish(): void {
    const last = this.#previous?.block ?? 0;
    const missing = this.heads.filter(({ block }) => block > last).at(-1);
    if (missing === undefined) return;
    const { block, rows, sealedAt } = missing;
    const message = `The chain ends with block ${last}, number ${this.#previous?.lastSeq ?? 0}; the head of block ${block}, number ${rows}, sealed ${sealedAt}, was exported: the end was cut off.`;
    this.faults.add('cut', { block: last + 1 }, message);
  }

  /** One head that differs is told: those after it differ with it. */
  #compare(block: ReadBlock, head: AuditHead): void {
    if (!this.#headsHold) return;
    this.#headsHold = head.hash === block.hash;
    if (this.#headsHold) {
      this.#lastHeld = head;
      return;
    }
    const since = this.#lastHeld === null ? '' : ` after block ${this.#lastHeld.block}, whose head holds`;
    const message = `Block ${block.block} is not the one whose head was exported (sealed ${head.sealedAt}): it, or one before it${since}, was made anew.`;
    this.faults.add('rewritten', { block: block.block }, message);
  }
}

export class BlockCheck {
  readonly #rowsHash = new RowsHash();
  readonly #seal: Seal;
  readonly #isKnown: boolean;
  #hasGap = false;
  #before: { readonly occurredAt: string; readonly id: string } | null = null;

  constructor(
    private readonly chain: ChainCheck,
    private readonly block: ReadBlock,
  ) {
    this.#isKnown = block.version === chainVersion;
    this.#seal = { sealedAt: block.sealedAt, completeAt: chain.completeAt };
  }

  seal({ seq, entryId, hash, entry }: ReadSeal): void {
    this.chain.rows += 1;
    if (this.chain.isMissing(seq, this.block.block)) this.#hasGap = true;
    this.chain.expected = seq + 1;
    // A lesser number is of a block that is gone.
    const isOwn = seq >= this.block.firstSeq;
    if (isOwn) this.#rowsHash.add(hash);
    const place = { block: this.block.block, seq, entryId };
    if (entry === null) this.chain.faults.add('deleted', place, `Row ${entryId}, number ${seq}, is gone.`);
    else if (this.#isKnown && entryHash(entry) !== hash) {
      this.chain.faults.add('edited', place, `Row ${entryId}, number ${seq}, is not as it was sealed.`);
    } else if (isOwn) this.#checkTime(place, entry.occurredAt);
  }

  end(): void {
    if (this.chain.isMissing(this.block.lastSeq + 1, this.block.block)) this.#hasGap = true;
    this.#checkHash();
    this.chain.end(this.block);
  }

  /** A block's rows are numbered in the order of the times they tell. */
  #checkTime(place: { readonly seq: number; readonly entryId: string }, occurredAt: string): void {
    const { faults, late } = this.chain;
    const { seq, entryId: id } = place;
    const before = this.#before;
    this.#before = { occurredAt, id };
    if (before !== null && (occurredAt < before.occurredAt || (occurredAt === before.occurredAt && id < before.id))) {
      faults.add('reordered', place, `Row ${id}, number ${seq}, belongs before number ${seq - 1}.`);
    }
    const dating = datingOf(occurredAt, this.#seal);
    if (dating === 'late') late.add(occurredAt, this.#seal);
    else if (dating !== 'in time') {
      const message = `Row ${id}, number ${seq}, tells ${occurredAt}Z, and was first there at the seal of ${this.block.sealedAt}Z.`;
      faults.add(dating, place, message);
    }
  }

  #checkHash(): void {
    const { block, version, hash, firstSeq, lastSeq } = this.block;
    const { faults } = this.chain;
    if (!this.#isKnown) {
      faults.add(
        'rewritten',
        { block },
        `Block ${block} is of version ${version}, which this Lotkeeper does not know.`,
      );
    } else if (!this.#hasGap && blockHash(this.block, this.#rowsHash.end()) !== hash) {
      const rows = lastSeq < firstSeq ? 'without rows' : `numbers ${firstSeq} to ${lastSeq}`;
      faults.add(
        'rewritten',
        { block },
        `Block ${block} (${rows}): the block, or the seals in it, are not as they were made.`,
      );
    }
  }
}
