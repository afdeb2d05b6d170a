/** The location that the person has chosen in the header: pages show it alone, or all of the person's. */
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { usePerson, type Place } from './session.ts';

export interface Chosen {
  /** Null: all of the person's. */
  readonly place: Place | null;
  readonly places: readonly Place[];
  readonly choose: (id: string | null) => void;
}

const PlaceContext = createContext<Chosen | null>(null);
const key = 'lotkeeper.place';

export function PlaceProvider({ children }: { readonly children: ReactNode }) {
  const { locations: places } = usePerson();
  const [id, setId] = useState(() => localStorage.getItem(key));
  const chosen = useMemo<Chosen>(() => {
    const only = places.length === 1 ? places[0] : undefined;
    return {
      places,
      place: only ?? places.find((each) => each.id === id) ?? null,
      choose(next) {
        if (next === null) localStorage.removeItem(key);
        else localStorage.setItem(key, next);
        setId(next);
      },
    };
  }, [places, id]);
  return <PlaceContext value={chosen}>{children}</PlaceContext>;
}

export function usePlace(): Chosen {
  const chosen = useContext(PlaceContext);
  if (chosen === null) throw new Error('No location here');
  return chosen;
}
