import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { formatRate, formatTime, useFormat } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import type { GridColumn } from '@/ui/DataGrid';
import { Pill } from '@/ui/Pill';
import { Sparkline } from '@/ui/Sparkline';
import type { RuleRow } from './RulesTab';
import { logSourceOf, ORIGIN_TONES } from './rules';
import { SeverityPill } from './SeverityPill';
import type { Rule } from './types';

/** Below it more than half of what a rule reported was wrong. */
const POOR = 0.5;
/** What takes longer than this for an event is named: at fifty thousand events a second it takes a twentieth of a core. */
const DEAR_NANOSECONDS = 1000;
const SPARK = { width: 64, height: 22 };
/** Month, day and minute. */
const YEAR = 5;

/** The columns of the list of rules. */
export function useRuleColumns(): GridColumn<RuleRow>[] {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const { count, short } = useFormat();
  return useMemo(
    () => [
      {
        key: 'level',
        title: t('detection.level'),
        width: 82,
        wide: 94,
        fixed: true,
        sortable: true,
        render: ({ rule }) => <SeverityPill severity={rule.level} />,
      },
      {
        key: 'title',
        title: t('detection.rule'),
        width: 260,
        grow: true,
        render: ({ rule }) => (
          <span className={`row${rule.enabled ? '' : ' off'}`}>
            <span className="ellipsis" title={text(rule.title)}>
              {text(rule.title)}
            </span>
            {!rule.enabled && <Pill tone="mute">{t('detection.off')}</Pill>}
            {rule.origin === 'hospital' && <Pill tone={ORIGIN_TONES.hospital}>{word('ruleOrigin', rule.origin)}</Pill>}
            {(rule.kind === 'correlation' || rule.kind === 'baseline') && <Pill tone="info">{word('ruleKind', rule.kind)}</Pill>}
          </span>
        ),
      },
      {
        key: 'source',
        title: t('detection.logSource'),
        width: 150,
        render: ({ rule }) => <span className="mono">{logSourceOf(rule)}</span>,
      },
      {
        key: 'attack',
        title: 'ATT&CK',
        width: 108,
        render: ({ rule }) => (
          <span className="mono" title={rule.attack.join('\n')}>
            {rule.attack.slice(0, 2).join(' ')}
            {rule.attack.length > 2 && ` +${rule.attack.length - 2}`}
          </span>
        ),
      },
      {
        key: 'hits_month',
        title: t('detection.hits'),
        width: 128,
        sortable: true,
        render: ({ rule }) => (
          <span className="row" title={t('detection.hitsOf', { day: rule.hits_day, month: rule.hits_month })}>
            {rule.hits_month > 0 && <Sparkline values={rule.days} {...SPARK} />}
            <span className={rule.hits_month > 0 ? 'num' : 'num sub'}>{short(rule.hits_month)}</span>
          </span>
        ),
      },
      {
        key: 'alerts_open',
        title: t('detection.alerts'),
        width: 74,
        wide: 84,
        align: 'end',
        sortable: true,
        render: ({ rule }) =>
          rule.alerts_open > 0 ? (
            <Link href={paths.alerts({ rule: rule.id })}>{count(rule.alerts_open)}</Link>
          ) : (
            <span className="sub">0</span>
          ),
      },
      {
        key: 'precision',
        title: t('detection.precision'),
        width: 84,
        wide: 96,
        align: 'end',
        sortable: true,
        render: ({ rule }) => <Precision rule={rule} />,
      },
      {
        key: 'cost',
        title: t('detection.cost'),
        width: 84,
        wide: 90,
        align: 'end',
        sortable: true,
        render: ({ rule }) => (
          <span className={(rule.nanoseconds_per_event ?? 0) > DEAR_NANOSECONDS ? 'late' : ''} title={t('detection.costHint')}>
            {rule.nanoseconds_per_event === null ? '—' : `${short(rule.nanoseconds_per_event)} ns`}
          </span>
        ),
      },
      {
        key: 'last_hit_at',
        title: t('detection.lastHit'),
        width: 128,
        sortable: true,
        render: ({ rule }) => (
          <span className={rule.last_hit_at === null ? 'sub' : 'num'}>
            {formatTime(rule.last_hit_at).slice(rule.last_hit_at === null ? 0 : YEAR)}
          </span>
        ),
      },
    ],
    [t, text, word, count, short],
  );
}

/** The share of judged alerts that were true, with how many there were. */
function Precision({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  if (rule.precision === null)
    return (
      <span className="sub" title={t('detection.notJudged')}>
        —
      </span>
    );
  return (
    <span
      className={rule.precision < POOR ? 'late' : ''}
      title={t('detection.precisionOf', { right: rule.true_positives, wrong: rule.false_positives })}
    >
      {formatRate(rule.precision, 0)}
    </span>
  );
}
