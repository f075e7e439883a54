import { useCallback } from 'react';
import type { Schemas } from '@/api/client';
import { useWord } from '@/i18n/words';

/** What an inspected thing runs, by the name people know it by, with its release. */
export function usePlatform() {
  const word = useWord();
  return useCallback(
    ({ platform, subject }: Pick<Schemas['InspectionSummary'], 'platform' | 'subject'>) => {
      const name = word('platform', subject.platform);
      return name === subject.platform ? platform : `${name} ${subject.version}`.trim();
    },
    [word],
  );
}
