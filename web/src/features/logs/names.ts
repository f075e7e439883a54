import { useCallback } from 'react';
import { useWord } from '@/i18n/words';

/** What a field is called in the language of the page; nothing for the rare ones, which go by their name. */
export function useFieldName() {
  const word = useWord();
  return useCallback(
    (name: string) => {
      const code = name.replaceAll('.', '_');
      const found = word('logField', code);
      return found === code ? '' : found;
    },
    [word],
  );
}

/** The same with the name itself where there is no other. */
export function useFieldTitle() {
  const nameOf = useFieldName();
  return useCallback((name: string) => nameOf(name) || name, [nameOf]);
}
