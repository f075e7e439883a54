import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime, useFormat } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Meter } from '@/ui/Meter';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { acceptedQuery, countriesQuery, removeCountries, rulesQuery, withdrawAccepted } from './api';
import { CountriesDialog } from './CountriesDialog';
import { SEVERITIES } from './queue';
import { SeverityPill } from './SeverityPill';
import type { AcceptedHabit, Rule } from './types';
import './usual.css';

const habitKey = (one: AcceptedHabit) => one.id;
const ROW = 36;
/** Rows of what was accepted that are seen without scrolling: the baselines above need the room. */
const HABITS_SHOWN = 4;

/** What baselines know so far, what people accepted as usual, and the ranges of countries. */
export function BaselinesTab() {
  const { t } = useTranslation();
  const text = useText();
  const { count } = useFormat();
  const rules = useQuery(rulesQuery());
  const rows = useMemo(() => inOrder((rules.data?.items ?? []).filter((rule) => rule.kind === 'baseline')), [rules.data]);
  const columns: GridColumn<Rule>[] = [
    { key: 'level', title: t('detection.level'), width: 82, render: (rule) => <SeverityPill severity={rule.level} /> },
    {
      key: 'title',
      title: t('detection.rule'),
      width: 260,
      grow: true,
      render: (rule) => (
        <span className={`row${rule.enabled ? '' : ' off'}`}>
          <Link href={paths.rules({ id: rule.id })}>{text(rule.title)}</Link>
          {!rule.enabled && <Pill tone="mute">{t('detection.off')}</Pill>}
        </span>
      ),
    },
    { key: 'state', title: t('detection.learned'), width: 104, render: (rule) => <LearningPill rule={rule} /> },
    {
      key: 'since',
      title: t('detection.learnedSince'),
      width: 110,
      render: ({ learned }) => <span className="num">{learned?.since ?? ''}</span>,
    },
    {
      key: 'known',
      title: t('detection.learnedKnown'),
      width: 170,
      wide: 210,
      render: ({ learned }) => learned && learned.entities > 0 && <Known known={learned.known} entities={learned.entities} />,
    },
    {
      key: 'alerts',
      title: t('detection.openAlerts'),
      width: 110,
      render: (rule) => <Link href={paths.alerts({ rule: rule.id })}>{count(rule.alerts_open)}</Link>,
    },
  ];
  return (
    <>
      <Countries />
      <div className="card fill">
        {rules.error ? (
          <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />
        ) : rules.isPending ? (
          <Bones lines={8} />
        ) : (
          <DataGrid
            label={t('detection.baselines')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={(one) => rows.indexOf(one)}
            empty={<EmptyState title={t('detection.noBaselines')} />}
          />
        )}
      </div>
      <Habits rules={rows} />
    </>
  );
}

/** The gravest first, as they are in the list of rules. */
const inOrder = (rules: Rule[]) => rules.sort((a, b) => SEVERITIES.indexOf(a.level) - SEVERITIES.indexOf(b.level));

function LearningPill({ rule: { learned } }: { rule: Pick<Rule, 'learned'> }) {
  const { t } = useTranslation();
  if (!learned || learned.since === null) return <span className="sub">{t('detection.notLearned')}</span>;
  return learned.known === 0 ? <Pill tone="info">{t('detection.learning')}</Pill> : <Pill tone="good">{t('detection.judging')}</Pill>;
}

/** Of how many a baseline knows enough. */
function Known({ known, entities }: { known: number; entities: number }) {
  const { count } = useFormat();
  const words = `${count(known)} / ${count(entities)}`;
  return (
    <span className="usual-known">
      <Meter value={known / entities} tone={known === 0 ? 'mute' : 'good'} label={words} showMarks={false} />
      <span className="num">{words}</span>
    </span>
  );
}

/** How much a baseline knows. */
export function LearnedOf({ rule: { learned } }: { rule: Pick<Rule, 'learned'> }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  if (!learned || learned.since === null) return <span className="sub">{t('detection.notLearned')}</span>;
  return (
    <span className="row">
      {learned.known === 0 && <Pill tone="info">{t('detection.learning')}</Pill>}
      <span className="num">
        {t('detection.learnedOf', { day: learned.since, entities: count(learned.entities), known: count(learned.known) })}
      </span>
    </span>
  );
}

function Countries() {
  const { t } = useTranslation();
  const { count } = useFormat();
  const mayManage = useMay()('detection.manage');
  const [asking, setAsking] = useState<'import' | 'remove' | null>(null);
  const { data } = useQuery(countriesQuery());
  const remove = useChange(removeCountries, { touches: ['detection'], done: t('detection.removed'), onDone: () => setAsking(null) });
  const list = data?.list;
  return (
    <section className="card countries" aria-label={t('detection.countries')}>
      <b>{t('detection.countries')}</b>
      <span className="sub small grow">
        {list
          ? t('detection.countriesOf', {
              name: list.name,
              n: count(list.ranges),
              by: list.imported_by,
              at: formatTime(list.imported_at),
            })
          : t('detection.noCountries')}
      </span>
      {mayManage && (
        <>
          <Button size="small" onClick={() => setAsking('import')}>
            {t('detection.countriesUpload')}
          </Button>
          {list && (
            <Button size="small" onClick={() => setAsking('remove')}>
              {t('common.delete')}
            </Button>
          )}
        </>
      )}
      {asking === 'import' && <CountriesDialog onClose={() => setAsking(null)} />}
      <ReasonDialog
        open={asking === 'remove'}
        title={t('detection.countriesRemove')}
        hint={t('detection.countriesRemoveHint')}
        danger
        busy={remove.isPending}
        onCancel={() => setAsking(null)}
        onSubmit={({ reason }: { reason: string }) => remove.mutate({ reason })}
      />
    </section>
  );
}

function Habits({ rules }: { rules: readonly Rule[] }) {
  const { t } = useTranslation();
  const text = useText();
  const { count } = useFormat();
  const mayManage = useMay()('detection.manage');
  const [ending, setEnding] = useState<AcceptedHabit | null>(null);
  const { data } = useQuery(acceptedQuery());
  const rows = data ?? [];
  const end = useChange(withdrawAccepted, { touches: ['detection'], done: t('detection.withdrawn'), onDone: () => setEnding(null) });
  const habitOf = (one: AcceptedHabit) =>
    one.hour !== null
      ? t(one.is_workday ? 'detection.hourOn' : 'detection.hourOff', { hour: String(one.hour).padStart(2, '0') })
      : one.volume !== null
        ? t('detection.upTo', { n: count(one.volume) })
        : (one.value ?? '');
  const titleOf = (one: AcceptedHabit) => {
    const rule = rules.find((rule) => rule.id === one.rule);
    return rule ? text(rule.title) : one.rule;
  };
  const columns: GridColumn<AcceptedHabit>[] = [
    { key: 'rule', title: t('detection.rule'), width: 200, grow: true, render: titleOf },
    { key: 'who', title: t('detection.who'), width: 160, render: (one) => <span className="mono">{one.entity.join(' · ')}</span> },
    { key: 'habit', title: t('detection.habit'), width: 180, render: (one) => <span className="mono">{habitOf(one)}</span> },
    { key: 'reason', title: t('detection.reason'), width: 180, render: (one) => one.reason },
    {
      key: 'by',
      title: t('detection.acceptedBy'),
      width: 190,
      render: (one) => (
        <span className="num">
          {one.accepted_by} · {formatTime(one.accepted_at)}
        </span>
      ),
    },
    ...(mayManage
      ? [
          {
            key: 'end',
            title: '',
            width: 84,
            render: (one: AcceptedHabit) => (
              <Button size="small" onClick={() => setEnding(one)}>
                {t('detection.withdraw')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <p className="filters habits-head">
        <b>{t('detection.habits')}</b>
        <span className="sub small">{t('detection.habitsHint')}</span>
        {data && rows.length === 0 && <span className="small">{t('detection.noHabits')}</span>}
      </p>
      {rows.length > 0 && (
        <div className="card habits" style={{ height: (Math.min(rows.length, HABITS_SHOWN) + 1) * ROW + 2 }}>
          <DataGrid
            label={t('detection.habits')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={habitKey}
            rowHeight={ROW}
          />
        </div>
      )}
      <ReasonDialog
        open={ending !== null}
        title={t('detection.withdraw')}
        hint={t('detection.withdrawHint')}
        busy={end.isPending}
        onCancel={() => setEnding(null)}
        onSubmit={({ reason }: { reason: string }) => ending && end.mutate({ id: ending.id, reason })}
      />
    </>
  );
}
