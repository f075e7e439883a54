import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { CollectedRows } from '@/features/shared/logs/CollectedRows';
import { COLLECTED_TONES } from '@/features/shared/logs/strip';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';

/** Whether the logs of an asset are collected, as its evidence says it too. */
export function AssetLogs({ assetId }: { assetId: number }) {
  const { t } = useTranslation();
  const word = useWord();
  const { data, error, refetch } = api.useQuery('get', '/api/v1/assets/{id}/logs', { params: { path: { id: assetId } } });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={4} />;
  if (data.sources.length === 0) return <EmptyState title={t('logCoverage.none')} hint={t('logCoverage.noneHint')} />;
  return (
    <>
      <p className="row wrap">
        <Pill tone={COLLECTED_TONES[data.collected]}>{word('logCollected', data.collected)}</Pill>
        <span className="sub small">{t('logCoverage.hint')}</span>
        <span className="grow" />
        <Link href={paths.logSources()}>{t('nav.logSources')}</Link>
      </p>
      <CollectedRows sources={data.sources} />
    </>
  );
}
