import { useLayoutEffect, type ReactNode } from 'react';

/** What was painted before the scripts came is taken away as what it stood for is drawn, before the browser paints again. */
export function FirstPaintOver({ children }: { readonly children: ReactNode }) {
  useLayoutEffect(() => {
    document.querySelector('.first')?.remove();
  }, []);
  return children;
}
