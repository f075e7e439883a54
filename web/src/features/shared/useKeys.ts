import { useEffect, useRef } from 'react';

const CHORD_MS = 1200;
const TICKED = ['checkbox', 'radio'];
/** Whether keys that are pressed there become text. */
export const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['TEXTAREA', 'SELECT'].includes(target.tagName) ||
    (target instanceof HTMLInputElement && !TICKED.includes(target.type)));

/** Keys of one page. They rest while somebody types, and after a `g`, which begins the way to another page. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>) {
  const latest = useRef(keys);
  latest.current = keys;
  const chordAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isChord = event.timeStamp - chordAt.current < CHORD_MS;
      chordAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!isChord) latest.current[event.key]?.(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

/** The keys of a list work from anywhere on the page: the first one goes there. */
export const walkingTo = (list: string) => (event: KeyboardEvent) => {
  const grid = document.querySelector<HTMLElement>(list);
  if (!grid || grid.contains(document.activeElement)) return;
  event.preventDefault();
  grid.focus();
};
