/** Loaders of the cold chain, of the reader's places. */
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { affectedStock, excursionsById, latestReadings } from '../domain/cold-chain/list-temperatures.ts';
import type { Reader } from '../domain/places.ts';
import type { Stock } from '../entities/stock.ts';
import type { TemperatureExcursion } from '../entities/temperature-excursion.ts';
import type { TemperatureReading } from '../entities/temperature-reading.ts';
import { byId, lists } from './loader-kinds.ts';

export function temperatureLoaders(db: DataSource, reader: Reader) {
  return {
    excursions: byId<TemperatureExcursion>((ids) => excursionsById(db, reader, ids)),
    stocksOfExcursion: lists(
      (row: Stock & { readonly ofExcursion: string }) => row.ofExcursion,
      (ids) => affectedStock(db, reader, ids),
    ),
    latestReadingOfUnit: new DataLoader<string, TemperatureReading | null>(async (ids) => {
      const found = new Map((await latestReadings(db, reader, ids)).map((reading) => [reading.storageUnitId, reading]));
      return ids.map((id) => found.get(id) ?? null);
    }),
  };
}
