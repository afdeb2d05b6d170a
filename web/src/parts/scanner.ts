/**
 * A scanner that types like a keyboard: characters faster than fingers, an Enter at the end. It is heard wherever the focus
 * is; what it has typed into a field meanwhile is taken out again. GS1's separator comes as Ctrl+] from most of them.
 */
import { useEffect, useRef } from 'react';

const separator = '\u001d';
const slowestGapMs = 50;
const shortest = 8;

type Field = HTMLInputElement | HTMLTextAreaElement;

export function useScanner(onScan: (data: string) => void): void {
  const latest = useRef(onScan);
  useEffect(() => {
    latest.current = onScan;
  });
  useEffect(() => {
    let typed = '';
    let last = 0;
    let field: Field | null = null;
    let before = '';
    const begin = (target: EventTarget | null) => {
      typed = '';
      field = isField(target) ? target : null;
      before = field?.value ?? '';
    };
    const listen = (event: KeyboardEvent) => {
      const now = event.timeStamp;
      if (now - last > slowestGapMs) begin(event.target);
      const character = characterOf(event);
      if (character !== null) {
        typed += character;
        last = now;
        if (character === separator) event.preventDefault();
        return;
      }
      if (event.key !== 'Enter' || typed.length < shortest) return;
      event.preventDefault();
      event.stopPropagation();
      if (field !== null) restore(field, before);
      const data = typed;
      typed = '';
      latest.current(data);
    };
    addEventListener('keydown', listen, { capture: true });
    return () => {
      removeEventListener('keydown', listen, { capture: true });
    };
  }, []);
}

/** Null: a key that types nothing, such as Enter or Shift. */
function characterOf(event: KeyboardEvent): string | null {
  if (event.ctrlKey && (event.key === ']' || event.code === 'BracketRight')) return separator;
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  return event.key.length === 1 ? event.key : null;
}

function isField(target: EventTarget | null): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** React hears of a value only by the element's own setter and an event. */
function restore(field: Field, value: string): void {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
