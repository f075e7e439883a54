import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '@/i18n/format';
import { distanceOf } from './queue';
import type { Alert } from './types';

const MINUTE_MS = 60_000;

/** The present minute, for what counts down. */
export function useMinute(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}

/** How long an alert may still wait, or by how much it is late. */
export function Due({ alert, now }: { alert: Pick<Alert, 'due_at' | 'state' | 'is_overdue'>; now: number }) {
  const { t } = useTranslation();
  if (alert.state === 'closed' || alert.due_at === null) return <span className="sub">—</span>;
  const { n, unit } = distanceOf(alert.due_at, now);
  const time = t(`alert.${unit}`, { n });
  return (
    <span className={alert.is_overdue ? 'late num' : 'num'} title={t('alert.dueAt', { at: formatTime(alert.due_at) })}>
      {t(alert.is_overdue ? 'alert.lateBy' : 'alert.dueIn', { time })}
    </span>
  );
}
