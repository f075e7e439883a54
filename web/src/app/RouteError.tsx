import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { EmptyState } from '@/ui/states';

/** A page that could not be shown: the reason and a way on. */
export function RouteError({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  return (
    <main className="route-error">
      <h1 className="visually-hidden">{t('problem.unknown')}</h1>
      <ErrorState error={error} onRetry={reset} />
    </main>
  );
}

export function RouteMissing() {
  const { t } = useTranslation();
  const go = useGo();
  return (
    <main className="route-error">
      <h1 className="visually-hidden">{t('common.noSuchPage')}</h1>
      <EmptyState title={t('common.noSuchPage')} hint={t('common.noSuchPageHint')}>
        <Button type="primary" onClick={() => go(paths.overview())}>
          {t('common.toStart')}
        </Button>
      </EmptyState>
    </main>
  );
}
