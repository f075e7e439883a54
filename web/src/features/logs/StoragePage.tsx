import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { formatTime, today, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Meter } from '@/ui/Meter';
import { PageHead } from '@/ui/PageHead';
import { Pill, type Tone } from '@/ui/Pill';
import { usePreferences } from '@/ui/preferences';
import { Bones, EmptyState } from '@/ui/states';
import { storageQuery } from './api';
import { RetentionCard } from './RetentionCard';
import { bytesText } from './show';
import { daysOption, everyDay, fitsOnDisk, isDiskShort, type Standing, standingOf } from './storage';
import type { LogStorage } from './types';
import './intake.css';

const Chart = lazy(() => import('@/ui/Chart'));
const HEIGHT = 220;
const REFRESH_MS = 30_000;
const TONES: Record<Standing, Extract<Tone, 'good' | 'info' | 'bad'>> = { met: 'good', growing: 'info', short: 'bad' };

/** How long the hospital's logs are kept, against what the law asks, and for how much longer the disk suffices. */
export function StoragePage() {
  const { t } = useTranslation();
  const word = useWord();
  const { data, error, isPending, refetch } = useQuery({ ...storageQuery(), refetchInterval: REFRESH_MS });
  return (
    <div className="page logs log-storage">
      <PageHead
        title={t('nav.logStorage')}
        note={data && <Pill tone={data.problem ? 'bad' : 'good'}>{word('logStorageState', data.state)}</Pill>}
      >
        <Link href={paths.logSources()}>{t('nav.logSources')}</Link>
      </PageHead>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : isPending ? <Bones lines={10} /> : <Shown storage={data} />}
    </div>
  );
}

function Shown({ storage }: { storage: LogStorage }) {
  const { t } = useTranslation();
  return (
    <div className="stack-v">
      {storage.problem && <Alert type="error" showIcon role="alert" title={t('logStorage.problem')} description={storage.problem} />}
      {isDiskShort(storage) && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('logStorage.diskShort', { n: storage.forecast_days ?? 0 })}
          description={t('logStorage.diskShortHint')}
        />
      )}
      <div className="storage-top">
        <Kept storage={storage} />
        <Figures storage={storage} />
      </div>
      <Days storage={storage} />
      <RetentionCard storage={storage} />
    </div>
  );
}

/** The one figure an assessor asks for. */
function Kept({ storage }: { storage: LogStorage }) {
  const { t } = useTranslation();
  const { days_kept, least_days, oldest_at } = storage;
  const standing = standingOf(storage);
  const share = days_kept / least_days;
  return (
    <Card className="kept" title={t('logStorage.kept')} extra={<Pill tone={TONES[standing]}>{t(`logStorage.standing.${standing}`)}</Pill>}>
      <div className="kept-figure">
        <b className="num">{days_kept}</b>
        <span className="sub">{t('logStorage.ofDays', { n: least_days })}</span>
      </div>
      <Meter tall value={share} tone={TONES[standing]} label={t('logStorage.keptOf', { n: days_kept, least: least_days })} />
      <p className="sub plain-p">
        {oldest_at ? t('logStorage.since', { at: formatTime(oldest_at) }) : t('logStorage.nothing')}{' '}
        {t(`logStorage.standingWhy.${standing}`, { n: Math.max(0, least_days - days_kept) })}
      </p>
    </Card>
  );
}

function Figures({ storage }: { storage: LogStorage }) {
  const { t } = useTranslation();
  const { count, short } = useFormat();
  const lasts = storage.forecast_days;
  const figures: [string, ReactNode, ReactNode][] = [
    [
      t('logStorage.events'),
      <span key="events" title={count(storage.events)}>
        {short(storage.events)}
      </span>,
      t('logStorage.perDay', { n: short(storage.events_per_day) }),
    ],
    [t('logStorage.size'), bytesText(storage.bytes), t('logStorage.perDay', { n: bytesText(storage.bytes_per_day) })],
    [t('logStorage.perEvent'), bytesText(storage.bytes_per_event), t('logStorage.perEventHint')],
    [t('logStorage.free'), bytesText(storage.disk_free_bytes), lasts === null ? '—' : t('logStorage.lasts', { n: lasts })],
  ];
  return (
    <Card title={t('logStorage.figures')}>
      <ul className="plain storage-figures">
        {figures.map(([name, value, note]) => (
          <li key={name}>
            <span className="sub small">{name}</span>
            <b className="num">{value}</b>
            <span className="sub small num">{note}</span>
          </li>
        ))}
      </ul>
      {storage.forecast_bytes > 0 && (
        <p className="forecast plain-p">
          {t('logStorage.forecast', { days: storage.keep_days, size: bytesText(storage.forecast_bytes) })}{' '}
          <span className={fitsOnDisk(storage) ? 'sub' : 'late'}>
            {t(fitsOnDisk(storage) ? 'logStorage.fits' : 'logStorage.doesNotFit')}
          </span>
        </p>
      )}
    </Card>
  );
}

function Days({ storage }: { storage: LogStorage }) {
  const { t } = useTranslation();
  const { count, short } = useFormat();
  const { dark } = usePreferences();
  const option = useMemo(
    () => daysOption(everyDay(storage.days, today()), dark, { events: t('logStorage.events'), size: t('logStorage.size'), count, short }),
    [storage, dark, t, count, short],
  );
  return (
    <Card title={t('logStorage.days')}>
      {storage.days.length === 0 ? (
        <EmptyState title={t('logStorage.nothing')} />
      ) : (
        <Suspense fallback={<div style={{ height: HEIGHT }} />}>
          <Chart option={option} height={HEIGHT} label={t('logStorage.days')} />
        </Suspense>
      )}
    </Card>
  );
}
