import { SafetyCertificateOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Drawer } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { Choose, ChooseWord } from '@/features/shared/choices';
import { DayField } from '@/features/shared/DayField';
import { Payload } from '@/features/shared/HistoryList';
import { payloadSummary } from '@/features/shared/payload';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { useSearchState } from '@/features/shared/search';
import { usePagedRows } from '@/features/shared/usePagedRows';
import { formatSecond, useListed } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { type Chip, Chips } from '@/ui/Chips';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Bones, EmptyState } from '@/ui/states';
import { ledgerFilters, SUBJECT_KINDS } from './filters';

type Entry = Schemas['LedgerEntry'];
const keyOf = (e: Entry) => e.seq;
const NO_FILTERS = { subject_kind: undefined, subject_id: undefined, actor: undefined, action: undefined, from: undefined, to: undefined };

export function LedgerPage() {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const filters = ledgerFilters(search);
  const rows = usePagedRows<Entry>(
    (offset, limit) => api.queryOptions('get', '/api/v1/ledger', { params: { query: { ...filters, offset, limit } } }) as never,
  );
  const [open, setOpen] = useState<Entry | null>(null);
  const columns = useColumns();
  const chips = useChips(search, set);
  const actions = useActions();
  return (
    <div className="page">
      <PageHead title={t('nav.ledger')} note={!rows.loading && t('common.total', { n: rows.count })}>
        <ChooseWord
          group="subjectKind"
          codes={SUBJECT_KINDS}
          label={t('ledger.subject')}
          className="filter"
          value={search.subject_kind ?? null}
          onChange={(v?: string) => set({ subject_kind: v, subject_id: v ? search.subject_id : undefined })}
        />
        <Choose
          label={t('ledger.action')}
          className="filter wide-filter"
          value={search.action ?? null}
          onChange={(v?: string) => set({ action: v })}
          options={actions}
        />
        <span className="filter">
          <DayField label={t('ledger.from')} value={search.from ?? null} onChange={(day) => set({ from: day ?? undefined })} />
        </span>
        <span className="filter">
          <DayField label={t('ledger.to')} value={search.to ?? null} onChange={(day) => set({ to: day ?? undefined })} />
        </span>
      </PageHead>
      <Chips chips={chips} onReset={() => set(NO_FILTERS)} />
      <Verification />
      <div className="card fill">
        {rows.error ? (
          <ErrorState error={rows.error} onRetry={rows.retry} />
        ) : rows.loading ? (
          <Bones lines={14} />
        ) : (
          <DataGrid
            label={t('nav.ledger')}
            columns={columns}
            count={rows.count}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            rowKey={keyOf}
            openKey={open?.seq}
            onOpen={setOpen}
            empty={<EmptyState title={t('common.nothingFound')} hint={t('common.nothingFoundHint')} />}
          />
        )}
      </div>
      <EntryDrawer entry={open} onClose={() => setOpen(null)} />
    </div>
  );
}

/** Every action the page has a word for, by its group. */
function useActions() {
  const { t } = useTranslation();
  return useMemo(() => {
    const groups = t('word.action', { returnObjects: true });
    return Object.entries(groups).flatMap(([group, verbs]) =>
      Object.entries(verbs as Record<string, string>).map(([verb, label]) => ({ value: `${group}.${verb}`, label })),
    );
  }, [t]);
}

function useChips(search: Record<string, string>, set: (patch: Record<string, string | undefined>) => void): Chip[] {
  const { t } = useTranslation();
  const word = useWord();
  const chips: Chip[] = [];
  const add = (key: keyof typeof NO_FILTERS, label: string, value: string) =>
    chips.push({ key, label, value, onRemove: () => set({ [key]: undefined }) });
  if (search.subject_kind) add('subject_kind', t('ledger.subject'), word('subjectKind', search.subject_kind));
  if (search.subject_id) add('subject_id', t('ledger.subjectId'), search.subject_id);
  if (search.actor) add('actor', t('ledger.actor'), `#${search.actor}`);
  if (search.action) add('action', t('ledger.action'), word('action', search.action));
  if (search.from) add('from', t('ledger.from'), search.from);
  if (search.to) add('to', t('ledger.to'), search.to);
  return chips;
}

/** Recomputes the chain on request and says what came of it. */
function Verification() {
  const { t } = useTranslation();
  const verify = useMutation({ mutationFn: () => bodyOf(client.POST('/api/v1/ledger/verify')) });
  const outcome = verify.data;
  return (
    <div className="page-note stack-v">
      <div className="row">
        <Button type="primary" icon={<SafetyCertificateOutlined aria-hidden />} loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('ledger.verify')}
        </Button>
        <span className="sub small">{t('ledger.verifyHint')}</span>
      </div>
      <ProblemAlert error={verify.error} />
      {outcome?.ok && (
        <Alert
          type="success"
          showIcon
          title={t('ledger.whole', { n: outcome.entries })}
          description={<span className="mono prewrap">{outcome.head}</span>}
        />
      )}
      {outcome && !outcome.ok && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('ledger.broken', { seq: outcome.first_bad?.seq ?? '?' })}
          description={outcome.first_bad?.reason}
        />
      )}
    </div>
  );
}

function useColumns(): GridColumn<Entry>[] {
  const { t } = useTranslation();
  const word = useWord();
  const listed = useListed();
  return useMemo(
    () => [
      { key: 'seq', title: t('ledger.seq'), width: 72, fixed: true, align: 'end', render: (e) => e.seq },
      { key: 'at', title: t('ledger.at'), width: 164, fixed: true, render: (e) => <span className="num">{formatSecond(e.at)}</span> },
      {
        key: 'actor',
        title: t('ledger.actor'),
        width: 150,
        render: (e) => e.actor_name ?? <span className="sub">{t('history.program')}</span>,
      },
      { key: 'action', title: t('ledger.action'), width: 160, render: (e) => <span title={e.action}>{word('action', e.action)}</span> },
      {
        key: 'subjects',
        title: t('ledger.subject'),
        width: 190,
        render: (e) => listed(e.subjects.map((s) => `${word('subjectKind', s.kind)} ${s.id}`)),
      },
      {
        key: 'payload',
        title: t('ledger.payload'),
        width: 260,
        grow: true,
        render: (e) => <span className="sub">{payloadSummary(e.payload, word)}</span>,
      },
      {
        key: 'hash',
        title: t('ledger.hash'),
        width: 130,
        render: (e) => (
          <span className="mono" title={e.hash}>
            {e.hash.slice(0, 16)}
          </span>
        ),
      },
    ],
    [t, word, listed],
  );
}

function EntryDrawer({ entry, onClose }: { entry: Entry | null; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const listed = useListed();
  return (
    <Drawer
      open={entry !== null}
      onClose={onClose}
      size={480}
      mask={false}
      title={entry ? `#${entry.seq} ${word('action', entry.action)}` : ''}
    >
      {entry && (
        <>
          <dl className="facts">
            <div>
              <dt>{t('ledger.at')}</dt>
              <dd className="num">{formatSecond(entry.at)}</dd>
            </div>
            <div>
              <dt>{t('ledger.actor')}</dt>
              <dd>{entry.actor_name ?? t('history.program')}</dd>
            </div>
            <div>
              <dt>{t('ledger.subject')}</dt>
              <dd>{listed(entry.subjects.map((s) => `${word('subjectKind', s.kind)} ${s.id}`))}</dd>
            </div>
            <div>
              <dt>{t('ledger.prev')}</dt>
              <dd className="mono">{entry.prev}</dd>
            </div>
            <div>
              <dt>{t('ledger.hash')}</dt>
              <dd className="mono">{entry.hash}</dd>
            </div>
          </dl>
          <Payload payload={entry.payload} />
        </>
      )}
    </Drawer>
  );
}
