import { DesktopOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { ChooseAsset } from '@/features/shared/ChooseAsset';
import { ChooseWord } from '@/features/shared/choices';
import { FAMILIES } from '@/features/shared/inspect/document';
import { InspectNow } from '@/features/shared/inspect/InspectNow';
import { Link, useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { usePlatform } from '@/features/shared/platform';
import { ErrorState } from '@/features/shared/problems';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';

type Inspection = Schemas['InspectionSummary'];
const keyOf = (i: Inspection) => i.id;
const LOCAL = 1000;

const NO_FILTERS = { asset_id: undefined, family: undefined };

export function InspectionsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const go = useGo();
  const [search, set] = useSearchState();
  const asset = numberOf(search.asset_id);
  const family = FAMILIES.find((one) => one === search.family);
  const { data, error, isPending, refetch } = api.useQuery('get', '/api/v1/inspections', {
    params: { query: { ...(asset === undefined ? {} : { asset_id: asset }), ...(family ? { family } : {}) } },
  });
  const columns = useColumns();
  const isFiltered = asset !== undefined || family !== undefined;
  return (
    <div className="page">
      <PageHead title={t('nav.inspections')} note={data && t('common.total', { n: data.total })}>
        {may('inspection.run') && (
          <>
            <RunHere />
            <InspectNow assetId={asset} onAsset={(id) => set({ asset_id: id?.toString() })} />
          </>
        )}
      </PageHead>
      <div className="filters">
        <ChooseAsset className="asset-filter" value={asset} onChange={(id) => set({ asset_id: id?.toString() })} />
        <ChooseWord
          group="family"
          codes={FAMILIES}
          label={t('inspection.family')}
          className="filter"
          value={family ?? null}
          onChange={(v?: string) => set({ family: v })}
        />
        {isFiltered && (
          <button type="button" className="link-button small" onClick={() => set(NO_FILTERS)}>
            {t('common.resetFilters')}
          </button>
        )}
      </div>
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={10} />
        ) : (
          <DataGrid
            label={t('nav.inspections')}
            columns={columns}
            count={data.items.length}
            rowAt={(i) => data.items[i]}
            rowKey={keyOf}
            onOpen={(i) => go(paths.inspection(i.id))}
            empty={
              isFiltered ? (
                <EmptyState title={t('inspection.noneHere')} hint={t('inspection.noneHint')} />
              ) : (
                <EmptyState title={t('inspection.none')} hint={t('inspection.noneHint')} />
              )
            }
          />
        )}
      </div>
    </div>
  );
}

/** Inspects the machine the server runs on, when one of the assets is marked as it. */
function RunHere() {
  const { t } = useTranslation();
  const go = useGo();
  const assets = useQuery(api.queryOptions('get', '/api/v1/assets', { params: { query: { object_type: 'server_os', limit: LOCAL } } }));
  const here = assets.data?.items.find((a) => a.local_host);
  const run = useChange((id: number) => bodyOf(client.POST('/api/v1/assets/{id}/inspections', { params: { path: { id } } })), {
    touches: ['inspections', 'assets', 'dashboard', 'assessments', 'findings'],
    done: t('inspection.ran'),
    onDone: (inspection) => go(paths.inspection(inspection.id)),
  });
  return (
    <Button
      icon={<DesktopOutlined aria-hidden />}
      disabled={!here}
      loading={run.isPending}
      title={here ? here.name : t('inspection.noLocal')}
      onClick={() => here && run.mutate(here.id)}
    >
      {t('inspection.runHere')}
    </Button>
  );
}

function useColumns(): GridColumn<Inspection>[] {
  const { t } = useTranslation();
  const word = useWord();
  const platform = usePlatform();
  return useMemo(
    () => [
      {
        key: 'at',
        title: t('inspection.collected'),
        width: 148,
        fixed: true,
        render: (i) => (
          <Link href={paths.inspection(i.id)} className="num">
            {formatTime(i.collected_at)}
          </Link>
        ),
      },
      { key: 'asset', title: t('field.asset'), width: 220, grow: true, render: (i) => <Middle text={i.asset_name} /> },
      { key: 'family', title: t('inspection.family'), width: 130, render: (i) => word('family', i.family) },
      { key: 'platform', title: t('inspection.platform'), width: 190, grow: true, render: (i) => platform(i) },
      {
        key: 'source',
        title: t('inspection.source'),
        width: 100,
        render: (i) => <Pill tone={i.source === 'local' ? 'accent' : 'info'}>{word('inspectionSource', i.source)}</Pill>,
      },
      {
        key: 'changes',
        title: t('inspection.changes'),
        width: 76,
        align: 'end',
        render: (i) => (i.changes ? <Link href={paths.inspection(i.id, { tab: 'drift' })}>{i.changes}</Link> : (i.changes ?? '—')),
      },
      {
        key: 'fail',
        title: word('checkStatus', 'fail'),
        width: 84,
        align: 'end',
        render: (i) => <b className={i.fail > 0 ? 'late' : ''}>{i.fail}</b>,
      },
      { key: 'pass', title: word('checkStatus', 'pass'), width: 84, align: 'end', render: (i) => i.pass },
      { key: 'unknown', title: word('checkStatus', 'unknown'), width: 84, align: 'end', render: (i) => i.unknown },
      { key: 'na', title: word('checkStatus', 'not_applicable'), width: 84, align: 'end', render: (i) => i.not_applicable },
      { key: 'unreadable', title: t('inspection.unreadable'), width: 96, align: 'end', render: (i) => i.unreadable.length },
    ],
    [t, word, platform],
  );
}
