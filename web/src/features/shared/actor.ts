import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Who did something, as people read it: what the program did by itself has no name. */
export function useActor() {
  const { t } = useTranslation();
  return useCallback((name: string | null) => (name === null || name.startsWith('auto/') ? t('history.program') : name), [t]);
}
