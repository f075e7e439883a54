import { useTranslation } from 'react-i18next';
import { useFormat } from '@/i18n/format';
import { useText } from '@/i18n/words';
import type { AlertLearned } from './types';
import { barsOf, heatOf } from './usual';
import './usual.css';

/** What was usual for whom the alert is about, and what is not: the figures of a baseline. */
export function AlertUsual({ learned }: { learned: AlertLearned }) {
  const { t } = useTranslation();
  const text = useText();
  const { count } = useFormat();
  return (
    <section className="usual" aria-label={t('alert.usual.title')}>
      <p className="usual-why">{text(learned.why)}</p>
      {learned.hours && <Hours hours={learned.hours} />}
      {learned.volume && <Volume volume={learned.volume} day={learned.day} />}
      {learned.value && <Values value={learned.value} />}
      <p className="sub small">
        {t('alert.usual.since', {
          day: learned.since,
          days: learned.days,
          active: learned.active_days,
          events: count(learned.events),
        })}
      </p>
      <p className="sub small">{t('alert.usual.expected')}</p>
    </section>
  );
}

function Hours({ hours: { hour: now, hours, of_days, of_kind, is_workday } }: { hours: NonNullable<AlertLearned['hours']> }) {
  const { t } = useTranslation();
  const kind = of_kind ? (is_workday ? 'workdays' : 'otherDays') : 'allDays';
  return (
    <figure>
      <figcaption className="small">{t('alert.usual.hours', { n: of_days, kind: t(`alert.usual.${kind}`) })}</figcaption>
      <ol className="plain usual-hours">
        {hours.map((days, hour) => {
          const label = t(hour === now ? 'alert.usual.hourNow' : 'alert.usual.hourOf', { hour: String(hour).padStart(2, '0'), n: days });
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
            <li key={hour} className={`heat-${heatOf(days, of_days)}${hour === now ? ' now' : ''}`} title={label}>
              <span className="visually-hidden">{label}</span>
              <span aria-hidden>{hour}</span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}

const WIDTH = 620;
const HEIGHT = 96;

function Volume({ volume, day }: { volume: NonNullable<AlertLearned['volume']>; day: string }) {
  const { t } = useTranslation();
  const { count, short } = useFormat();
  const { bars, limitAt } = barsOf(volume, day, WIDTH, HEIGHT);
  const label = t(volume.per === 'hour' ? 'alert.usual.volumeHour' : 'alert.usual.volume', {
    limit: count(volume.limit),
    value: count(volume.value),
  });
  return (
    <figure>
      <figcaption className="small">{label}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="usual-volume" role="img" aria-label={label}>
        {bars.map(({ x, y, width, height, at, value, isNow }) => (
          <rect key={at} x={x} y={y} width={width} height={height} className={isNow ? 'now' : ''}>
            <title>{t('alert.usual.dayOf', { day: at, value: count(value) })}</title>
          </rect>
        ))}
        <line x1="0" x2={WIDTH} y1={limitAt} y2={limitAt} />
        <text x="2" y={Math.max(10, limitAt - 4)}>{`${t('alert.usual.limit')} ${short(volume.limit)}`}</text>
      </svg>
      <p className="sub small">{t('alert.usual.median', { n: count(volume.median), d: count(volume.deviation) })}</p>
    </figure>
  );
}

function Values({ value }: { value: NonNullable<AlertLearned['value']> }) {
  const { t } = useTranslation();
  const left = value.of_values - value.known.length;
  return (
    <dl className="facts usual-values">
      <div>
        <dt>{t('alert.usual.newValue')}</dt>
        <dd className="mono">
          <mark>{value.value}</mark>
        </dd>
      </div>
      <div>
        <dt>{t('alert.usual.known')}</dt>
        <dd>
          <ul className="plain">
            {value.known.map((one) => (
              <li key={one.value} className="row">
                <span className="mono">{one.value}</span>
                <span className="sub small num">{t('alert.usual.knownOf', { n: one.days })}</span>
              </li>
            ))}
            {left > 0 && <li className="sub small">+{left}</li>}
          </ul>
        </dd>
      </div>
    </dl>
  );
}
