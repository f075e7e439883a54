import { CheckOutlined } from '@ant-design/icons';
import { Button, Form, Input, Segmented } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client } from '@/api/client';
import { ChooseAsset } from '@/features/shared/ChooseAsset';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { usePagedRows } from '@/features/shared/usePagedRows';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { BaselineCard } from './BaselineCard';
import { ChangeDrawer } from './ChangeDrawer';
import { CAUSE_TONES, type Change, KIND_TONES, STATE_TONES, STATES, whoOf } from './changes';
import './integrity.css';

const keyOf = (change: Change) => change.id;
const TAIL = 24;

/** What changed in the files that were noted as right, and whether somebody answers for it. */
export function IntegrityPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [search, set] = useSearchState();
  const [open, setOpen] = useState<Change | undefined>();
  const asset = numberOf(search.asset_id);
  const state = search.state === 'all' ? undefined : (STATES.find((one) => one === search.state) ?? 'open');
  const rows = usePagedRows<Change>(
    (offset, limit) =>
      api.queryOptions('get', '/api/v1/integrity-changes', {
        params: { query: { ...(asset === undefined ? {} : { asset_id: asset }), ...(state ? { state } : {}), offset, limit } },
      }) as never,
  );
  const columns = useColumns(asset === undefined);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const may = useMay();
  const selectable = state === 'open' && may('assessment.judge');
  const choose = useCallback((value: string | number) => set({ state: value === 'open' ? undefined : String(value) }), [set]);
  return (
    <div className="page">
      <PageHead title={t('nav.integrity')} note={!rows.loading && t('common.total', { n: rows.count })}>
        {selectable && <ApproveButton ids={selected} onDone={() => setSelected(new Set())} />}
      </PageHead>
      <div className="filters">
        <ChooseAsset className="asset-filter" value={asset} onChange={(id) => set({ asset_id: id?.toString() })} />
        <Segmented
          aria-label={t('field.state')}
          value={state ?? 'all'}
          onChange={choose}
          options={[
            ...STATES.map((one) => ({ value: one, label: word('fileChangeState', one) })),
            { value: 'all', label: t('common.all') },
          ]}
        />
      </div>
      {asset !== undefined && <BaselineCard assetId={asset} />}
      <div className="card fill">
        {rows.error ? (
          <ErrorState error={rows.error} onRetry={rows.retry} />
        ) : rows.loading ? (
          <Bones lines={10} />
        ) : (
          <DataGrid
            label={t('nav.integrity')}
            columns={columns}
            count={rows.count}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            rowKey={keyOf}
            openKey={open?.id}
            onOpen={setOpen}
            {...(selectable ? { selected, onSelect: setSelected, selectLabel: t('integrity.select') } : {})}
            empty={
              asset === undefined && state === 'open' ? (
                <EmptyState title={t('integrity.none')} hint={t('integrity.noneHint')} />
              ) : (
                <EmptyState title={t('integrity.nothing')} hint={t('integrity.nothingHint')} />
              )
            }
          />
        )}
      </div>
      <ChangeDrawer change={open} onClose={() => setOpen(undefined)} />
    </div>
  );
}

/** Answers for several changes at once. */
export function ApproveButton({ ids, onDone }: { ids: ReadonlySet<number>; onDone: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const approve = useChange(
    (values: { reason: string; change_request?: string }) => {
      const request = values.change_request?.trim();
      const body = { ids: [...ids], reason: values.reason, ...(request ? { change_request: request } : {}) };
      return bodyOf(client.POST('/api/v1/integrity-changes/approve', { body }));
    },
    {
      touches: ['integrity-changes', 'assets/{id}/integrity', 'inspections'],
      done: t('integrity.approved', { n: ids.size }),
      onDone: () => {
        setAsking(false);
        onDone();
      },
    },
  );
  return (
    <>
      <Button type="primary" icon={<CheckOutlined aria-hidden />} disabled={ids.size === 0} onClick={() => setAsking(true)}>
        {ids.size > 0 ? t('integrity.approveN', { n: ids.size }) : t('integrity.approve')}
      </Button>
      <ReasonDialog
        open={asking}
        title={t('integrity.approveN', { n: ids.size })}
        hint={t('integrity.approveHint')}
        busy={approve.isPending}
        onCancel={() => setAsking(false)}
        onSubmit={approve.mutate}
      >
        <Form.Item name="change_request" label={t('integrity.changeRequest')} extra={t('integrity.changeRequestHint')}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
      </ReasonDialog>
    </>
  );
}

function useColumns(withAsset: boolean): GridColumn<Change>[] {
  const { t } = useTranslation();
  const word = useWord();
  return useMemo(() => {
    const asset: GridColumn<Change>[] = withAsset
      ? [{ key: 'asset', title: t('field.asset'), width: 140, render: (c) => <Middle text={c.asset_name} /> }]
      : [];
    return [
      {
        key: 'path',
        title: t('integrity.path'),
        width: 220,
        grow: true,
        fixed: true,
        render: (c) => (
          <span className="mono">
            <Middle text={c.path} tail={TAIL} />
          </span>
        ),
      },
      ...asset,
      {
        key: 'kind',
        title: t('integrity.kind'),
        width: 76,
        render: (c) => <Pill tone={KIND_TONES[c.kind]}>{word('fileChangeKind', c.kind)}</Pill>,
      },
      {
        key: 'fields',
        title: t('integrity.fields'),
        width: 120,
        grow: true,
        render: (c) => c.fields.map((field) => word('fileField', field)).join('、') || '—',
      },
      {
        key: 'cause',
        title: t('integrity.cause'),
        width: 176,
        grow: true,
        render: (c) => (
          <span title={word('fileChangeCauseWhy', c.cause)}>
            <Pill tone={CAUSE_TONES[c.cause]}>{word('fileChangeCause', c.cause)}</Pill> <span className="mono">{c.package ?? ''}</span>
          </span>
        ),
      },
      { key: 'who', title: t('integrity.who'), width: 120, render: (c) => <Who change={c} /> },
      { key: 'seen', title: t('integrity.seenAt'), width: 136, render: (c) => <span className="num">{formatTime(c.seen_at)}</span> },
      {
        key: 'state',
        title: t('field.state'),
        width: 92,
        render: (c) => <Pill tone={STATE_TONES[c.state]}>{word('fileChangeState', c.state)}</Pill>,
      },
    ];
  }, [t, word, withAsset]);
}

function Who({ change }: { change: Change }) {
  const { t } = useTranslation();
  const word = useWord();
  const [first] = change.actors;
  if (!first) return <span className="sub">{t('integrity.nobodyKnown')}</span>;
  return (
    <span title={word('certainty', first.certainty)}>
      {whoOf(first)}
      {first.certainty !== 'certain' && <span className="sub"> ?</span>}
    </span>
  );
}
