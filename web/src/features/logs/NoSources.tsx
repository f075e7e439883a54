import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useMay } from '@/features/shared/session';
import { EmptyState } from '@/ui/states';
import { ConnectHow } from './ConnectHow';
import './intake.css';

/** Nothing has ever been received: how that changes. */
export function NoSources() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className="card fill no-sources">
      <EmptyState title={t('log.noSources')} hint={t('log.noSourcesHint')} />
      <div className="how">
        <ConnectHow />
        {may('logs.manage') && (
          <p>
            <Link href={paths.logReceiving()}>{t('log.moreWays')}</Link>
          </p>
        )}
      </div>
    </div>
  );
}
