import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ErrorState } from '@/features/shared/problems';
import { formatTime } from '@/i18n/format';
import { Card } from '@/ui/Card';
import { PageHead } from '@/ui/PageHead';
import { Bones } from '@/ui/states';
import { Coverage } from './Coverage';
import { First } from './First';
import { ResultTrend } from './ResultTrend';
import { SystemResults } from './SystemResults';
import { Totals } from './Totals';
import './overview.css';

export function OverviewPage() {
  const { t } = useTranslation();
  const { data, error, dataUpdatedAt, refetch } = api.useQuery('get', '/api/v1/dashboard');
  return (
    <>
      <PageHead title={t('nav.overview')} note={data && t('overview.asOf', { at: formatTime(new Date(dataUpdatedAt).toISOString()) })} />
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : data ? <Body dashboard={data} /> : <Loading />}
    </>
  );
}

function Body({ dashboard }: { dashboard: Schemas['Dashboard'] }) {
  return (
    <div className="overview">
      <Totals totals={dashboard.totals} />
      <div className="overview-main">
        <SystemResults systems={dashboard.systems} />
        <ResultTrend systems={dashboard.systems} />
      </div>
      <div className="overview-side">
        <First items={dashboard.first} systems={dashboard.systems} />
        <Coverage coverage={dashboard.coverage} systems={dashboard.systems} />
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div className="overview">
      <Card className="area-totals">
        <Bones lines={2} />
      </Card>
      <div className="overview-main">
        <Card className="area-systems">
          <Bones lines={8} />
        </Card>
        <Card className="area-trend">
          <Bones lines={8} />
        </Card>
      </div>
      <div className="overview-side">
        <Card className="area-first">
          <Bones lines={12} />
        </Card>
      </div>
    </div>
  );
}
