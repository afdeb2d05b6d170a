/** Where a batch stands within its location, as a form holds it. */
import { given } from '../../format/checks.ts';

export interface PlaceValues {
  readonly storageUnitId: string;
  readonly zone: string;
  readonly rack: string;
  readonly shelf: string;
  readonly bin: string;
}

export interface PlaceOfBatch {
  readonly storageUnit: { readonly id: string } | null;
  readonly zone: string | null;
  readonly rack: string | null;
  readonly shelf: string | null;
  readonly bin: string | null;
}

export const noPlace: PlaceValues = { storageUnitId: '', zone: '', rack: '', shelf: '', bin: '' };

export function placeValues({ storageUnit, zone, rack, shelf, bin }: PlaceOfBatch): PlaceValues {
  return {
    storageUnitId: storageUnit?.id ?? '',
    zone: zone ?? '',
    rack: rack ?? '',
    shelf: shelf ?? '',
    bin: bin ?? '',
  };
}

/** What is left empty empties it. */
export function placeInput({ storageUnitId, zone, rack, shelf, bin }: PlaceValues) {
  return {
    storageUnitId: given(storageUnitId),
    zone: given(zone),
    rack: given(rack),
    shelf: given(shelf),
    bin: given(bin),
  };
}
