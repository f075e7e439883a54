import { ReloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime, useFormat } from '@/i18n/format';
import { Pill } from '@/ui/Pill';
import { reloadRules, statusQuery } from './api';
import { healthOf } from './health';

const REFRESH_MS = 5000;

/** Whether detection keeps up with the stream, and what it looks with. */
export function StatusStrip() {
  const { t } = useTranslation();
  const { count, short } = useFormat();
  const mayManage = useMay()('detection.manage');
  const { data } = useQuery({ ...statusQuery(), refetchInterval: REFRESH_MS });
  const reload = useChange(() => reloadRules(), { touches: ['detection'], done: t('detection.reloaded') });
  if (!data) return <div className="card status-strip" />;
  const { tone, word } = healthOf(data);
  const figures: [string, string, boolean][] = [
    [t('detection.perSecond'), short(data.events_per_second), false],
    [t('detection.behind'), t('detection.behindOf', { n: data.behind_events, seconds: data.behind_seconds }), word === 'behind'],
    [t('detection.rulesOn'), count(data.rules), false],
    [t('detection.correlations'), count(data.correlations), false],
    [t('detection.baselines'), count(data.baselines), false],
    [t('detection.rejected'), count(data.rejected), data.rejected > 0],
    [t('detection.indicators'), short(data.indicators), false],
  ];
  return (
    <section className="card status-strip" aria-label={t('detection.status')}>
      <Pill tone={tone}>{t(`detection.health.${word}`, { n: data.behind_seconds })}</Pill>
      <dl>
        {figures.map(([name, value, isLate]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={isLate ? 'late num' : 'num'}>{value}</dd>
          </div>
        ))}
      </dl>
      {data.problem && <span className="late ellipsis">{data.problem}</span>}
      <span className="grow" />
      <span className="sub small num">{t('detection.loadedAt', { at: formatTime(data.last_reload_at) })}</span>
      {mayManage && (
        <Button size="small" icon={<ReloadOutlined aria-hidden />} loading={reload.isPending} onClick={() => reload.mutate(undefined)}>
          {t('detection.reload')}
        </Button>
      )}
    </section>
  );
}
