import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { HostKeys } from '@/features/shared/inspect/HostKeys';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Bones, EmptyState } from '@/ui/states';
import { latestByFamily } from './latest';
import './assets.css';

/** What was inspected of an asset: the latest of each kind, and the keys its hosts proved themselves by. */
export function AssetInspections({ asset }: { asset: Schemas['Asset'] }) {
  const { t } = useTranslation();
  const { data, error, refetch } = api.useQuery('get', '/api/v1/inspections', { params: { query: { asset_id: asset.id } } });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={5} />;
  return (
    <>
      {data.items.length === 0 ? (
        <EmptyState title={t('inspection.none')} hint={t('inspection.noneHint')} />
      ) : (
        <Latest asset={asset.id} inspections={data.items} />
      )}
      <p className="row wrap">
        <Link href={paths.integrity({ asset_id: asset.id })}>{t('nav.integrity')}</Link>
        <Link href={paths.agents({ asset_id: asset.id })}>{t('nav.agents')}</Link>
      </p>
      <section className="asset-keys">
        <h2 className="part">{t('hostKey.kept')}</h2>
        <HostKeys assetId={asset.id} />
      </section>
    </>
  );
}

function Latest({ asset, inspections }: { asset: number; inspections: readonly Schemas['InspectionSummary'][] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th scope="col">{t('inspection.family')}</th>
          <th scope="col">{t('inspection.latest')}</th>
          <th scope="col" className="end">
            {word('checkStatus', 'fail')}
          </th>
          <th scope="col" className="end">
            {word('checkStatus', 'pass')}
          </th>
          <th scope="col" className="end">
            {t('inspection.times')}
          </th>
        </tr>
      </thead>
      <tbody>
        {latestByFamily(inspections).map(({ latest, times }) => (
          <tr key={latest.family}>
            <td>{word('family', latest.family)}</td>
            <td>
              <Link href={paths.inspection(latest.id)} className="num">
                {formatTime(latest.collected_at)}
              </Link>
            </td>
            <td className="end num">
              <span className={latest.fail > 0 ? 'late' : ''}>{latest.fail}</span>
            </td>
            <td className="end num">{latest.pass}</td>
            <td className="end num">
              <Link href={paths.inspections({ asset_id: asset, family: latest.family })}>{times}</Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
