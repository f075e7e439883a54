import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** How many are shown, and of how many where those are not all. */
export function useShownOf() {
  const { t } = useTranslation();
  return useCallback((n: number, total: number) => (n < total ? t('common.filtered', { n, total }) : t('common.total', { n })), [t]);
}
