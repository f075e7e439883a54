import { useEffect, useRef } from 'react';
import { useGo } from '@/features/shared/Link';
import { useSession } from '@/features/shared/session';
import { isTyping } from '@/features/shared/useKeys';
import { visibleTo } from './navigation';

const CHORD_MS = 1200;

/** Page-wide keys: Ctrl+K palette, `/` search field, `?` help, `g` then a letter to a page. */
export function useShortcuts({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  const go = useGo();
  const { permissions } = useSession();
  const chordAt = useRef(0);
  const latest = useRef({ go, permissions, onPalette, onHelp });
  latest.current = { go, permissions, onPalette, onHelp };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const now = latest.current;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        now.onPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.timeStamp - chordAt.current < CHORD_MS) {
        chordAt.current = 0;
        const item = visibleTo(now.permissions)
          .flatMap((group) => group.items)
          .find((entry) => entry.chord === event.key);
        if (item) {
          event.preventDefault();
          now.go(item.href);
          return;
        }
      }
      if (event.key === 'g') chordAt.current = event.timeStamp;
      else if (event.key === '?') now.onHelp();
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search]');
        if (field) {
          event.preventDefault();
          field.focus();
          field.select();
        }
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
