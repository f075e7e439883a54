import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { formatTime, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { ScheduleDrawer } from './ScheduleDrawer';
import { type LogSchedule, RUN_TONES, rhythmOf, schedulesQuery, standingOf } from './schedules';

const keyOf = (one: LogSchedule) => one.search_id;
const REFRESH_MS = 15_000;
const NEW = 'new';

/** Saved searches that run by themselves, and what they came to. */
export function SchedulesPage() {
  const { t } = useTranslation();
  const may = useMay()('logs.manage');
  const [search, set] = useSearchState();
  const { data, error, isPending, refetch } = useQuery({ ...schedulesQuery(), refetchInterval: REFRESH_MS });
  const columns = useColumns();
  const add = () => set({ id: NEW });
  const id = numberOf(search.id);
  return (
    <div className="page logs">
      <PageHead title={t('nav.logSchedules')} note={data && t('logSchedule.n', { n: data.length })}>
        <Link href={paths.logs()}>{t('nav.logs')}</Link>
        {may && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={add}>
            {t('logSchedule.add')}
          </Button>
        )}
      </PageHead>
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={8} />
        ) : (
          <DataGrid
            label={t('nav.logSchedules')}
            columns={columns}
            count={data.length}
            rowAt={(i) => data[i]}
            rowKey={keyOf}
            openKey={id}
            onOpen={(one) => set({ id: String(one.search_id) })}
            empty={<EmptyState title={t('logSchedule.none')} hint={t('logSchedule.noneHint')} />}
          />
        )}
      </div>
      {data && search.id !== undefined && (
        <ScheduleDrawer
          key={search.id}
          schedule={data.find((one) => one.search_id === id)}
          searchId={id}
          schedules={data}
          onClose={() => set({ id: undefined })}
        />
      )}
    </div>
  );
}

function useColumns(): GridColumn<LogSchedule>[] {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  return useMemo(
    () => [
      { key: 'name', title: t('field.name'), width: 150, grow: true, fixed: true, render: (s) => <Middle text={s.name} /> },
      {
        key: 'state',
        title: t('logSchedule.lastState'),
        width: 104,
        render: (s) => {
          const state = standingOf(s);
          return state === null ? (
            <Pill tone="mute">{t('logSchedule.notYet')}</Pill>
          ) : (
            <Pill tone={RUN_TONES[state]}>{word('logRunState', state)}</Pill>
          );
        },
      },
      {
        key: 'hits',
        title: t('logSchedule.hits'),
        width: 72,
        align: 'end',
        render: (s) => (s.last_at === null ? '—' : count(s.last_hits)),
      },
      { key: 'last', title: t('logSchedule.lastAt'), width: 136, render: (s) => <span className="num">{formatTime(s.last_at)}</span> },
      { key: 'next', title: t('logSchedule.nextAt'), width: 136, render: (s) => <span className="num">{formatTime(s.next_at)}</span> },
      {
        key: 'rhythm',
        title: t('logSchedule.rhythm'),
        width: 116,
        render: (s) => {
          const { key, n } = rhythmOf(s);
          return <span className="num">{t(key, { n })}</span>;
        },
      },
      {
        key: 'condition',
        title: t('logSchedule.condition'),
        width: 116,
        render: (s) => <span className="num">{t(`logSchedule.when.${s.condition}`, { n: count(s.count) })}</span>,
      },
      {
        key: 'outcome',
        title: t('logSchedule.outcome'),
        width: 92,
        render: (s) => t(s.opens_finding ? 'logSchedule.finding' : 'logSchedule.kept'),
      },
      {
        key: 'query',
        title: t('log.query'),
        width: 160,
        grow: true,
        render: (s) => (
          <span className="mono ellipsis" title={s.query}>
            {s.query || t('log.everything')}
          </span>
        ),
      },
    ],
    [t, word, count],
  );
}
