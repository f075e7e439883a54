import { UploadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChooseWord } from '@/features/shared/choices';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { usePagedRows } from '@/features/shared/usePagedRows';
import { formatTime, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { indicatorsQuery } from './api';
import { IndicatorLists } from './IndicatorLists';
import { IndicatorUploadDialog } from './IndicatorUploadDialog';
import { LookBackDialog } from './LookBackDialog';
import { LookBackProgress } from './LookBackProgress';
import type { Indicator, IndicatorKind } from './types';
import './rules.css';

const keyOf = (one: Indicator) => one.id;
const KINDS = ['address', 'domain', 'hash', 'mail'] as const satisfies readonly IndicatorKind[];
const PAGE = 200;

/** Addresses, domains, hashes and mail addresses that are known to be bad, and where they were met. */
export function IndicatorsPage() {
  const { t } = useTranslation();
  const mayManage = useMay()('detection.manage');
  const [search, set] = useSearchState();
  const [dialog, setDialog] = useState<'upload' | 'lookBack' | null>(null);
  const kind = KINDS.find((one) => one === search.kind);
  const asked = { ...(search.q ? { q: search.q } : {}), ...(kind ? { kind } : {}) };
  const first = useQuery(indicatorsQuery({ ...asked, offset: 0, limit: PAGE }));
  const rows = usePagedRows<Indicator>((offset, limit) => indicatorsQuery({ ...asked, offset, limit }) as never);
  const columns = useColumns();
  const job = numberOf(search.job);
  const isFiltered = Boolean(search.q || kind);
  return (
    <div className="page rules">
      <PageHead title={t('nav.indicators')} note={!rows.loading && t('common.total', { n: rows.count })}>
        {mayManage && (
          <>
            <Button onClick={() => setDialog('lookBack')}>{t('detection.lookBack')}</Button>
            <Button type="primary" icon={<UploadOutlined aria-hidden />} onClick={() => setDialog('upload')}>
              {t('indicator.upload')}
            </Button>
          </>
        )}
      </PageHead>
      {job !== undefined && <LookBackProgress id={job} onClose={() => set({ job: undefined })} />}
      {first.data && <IndicatorLists lists={first.data.lists} />}
      <div className="filters">
        <SearchBox value={search.q ?? ''} onSearch={(q) => set({ q: q || undefined })} placeholder={t('indicator.search')} width={260} />
        <ChooseWord
          group="indicatorKind"
          codes={KINDS}
          label={t('field.kind')}
          className="filter"
          value={kind ?? null}
          onChange={(next?: string) => set({ kind: next })}
        />
      </div>
      <div className="card fill">
        {rows.error ? (
          <ErrorState error={rows.error} onRetry={rows.retry} />
        ) : rows.loading ? (
          <Bones lines={10} />
        ) : (
          <DataGrid
            label={t('nav.indicators')}
            columns={columns}
            count={rows.count}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            rowKey={keyOf}
            empty={
              <EmptyState
                title={t(isFiltered ? 'common.nothingFound' : 'indicator.none')}
                hint={t(isFiltered ? 'common.nothingFoundHint' : 'indicator.noneHint')}
              />
            }
          />
        )}
      </div>
      {dialog === 'upload' && <IndicatorUploadDialog onClose={() => setDialog(null)} />}
      {dialog === 'lookBack' && (
        <LookBackDialog
          indicators
          onClose={() => setDialog(null)}
          onStarted={(id) => {
            setDialog(null);
            set({ job: String(id) });
          }}
        />
      )}
    </div>
  );
}

function useColumns(): GridColumn<Indicator>[] {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  return useMemo(
    () => [
      {
        key: 'kind',
        title: t('field.kind'),
        width: 84,
        wide: 100,
        fixed: true,
        render: (one) => <Pill tone="mute">{word('indicatorKind', one.kind)}</Pill>,
      },
      {
        key: 'value',
        title: t('indicator.value'),
        width: 300,
        grow: true,
        render: (one) => (
          <span className="mono" title={one.value}>
            {one.value}
          </span>
        ),
      },
      { key: 'list', title: t('indicator.list'), width: 160, render: (one) => one.list },
      {
        key: 'note',
        title: t('indicator.note'),
        width: 180,
        grow: true,
        render: (one) => <span title={one.note ?? undefined}>{one.note ?? '—'}</span>,
      },
      { key: 'expires', title: t('indicator.expires'), width: 112, render: (one) => <span className="num">{one.expires_on ?? '—'}</span> },
      {
        key: 'hits',
        title: t('indicator.hits'),
        width: 76,
        align: 'end',
        render: (one) =>
          one.hits > 0 ? (
            <Link href={paths.logs({ q: `"${one.value}"`, span: '30d' })}>{count(one.hits)}</Link>
          ) : (
            <span className="sub">0</span>
          ),
      },
      {
        key: 'last',
        title: t('detection.lastHit'),
        width: 134,
        render: (one) => <span className={one.last_hit_at ? 'num' : 'sub'}>{formatTime(one.last_hit_at)}</span>,
      },
    ],
    [t, word, count],
  );
}
