import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Tabs } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/features/shared/CopyButton';
import { Link, useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatRate, formatTime, useFormat } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { Sparkline } from '@/ui/Sparkline';
import { Bones } from '@/ui/states';
import { removeRule, ruleQuery, switchRule } from './api';
import { LearnedOf } from './BaselinesTab';
import { LookBackDialog } from './LookBackDialog';
import { RuleNotes } from './RuleNotes';
import { logSourceOf, ORIGIN_TONES } from './rules';
import { SeverityPill } from './SeverityPill';
import type { RuleDetail } from './types';
import { YamlText } from './YamlText';

/** One rule: what it is for, what it found, how it reads, and whether it is on. */
export function RuleDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const { data, error, refetch } = useQuery({ ...ruleQuery(id ?? ''), enabled: id !== undefined, placeholderData: (before) => before });
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      size={680}
      mask={false}
      title={
        data ? (
          <span className="row">
            <SeverityPill severity={data.level} />
            <span className="ellipsis" title={text(data.title)}>
              {text(data.title)}
            </span>
          </span>
        ) : (
          t('detection.rule')
        )
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Shown rule={data} onClose={onClose} />
      ) : (
        <Bones lines={10} />
      )}
    </Drawer>
  );
}

function Shown({ rule, onClose }: { rule: RuleDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  return (
    <div className="rule-detail">
      <p className="row wrap">
        <Pill tone={rule.enabled ? 'good' : 'mute'}>{t(rule.enabled ? 'detection.on' : 'detection.off')}</Pill>
        <Pill tone={ORIGIN_TONES[rule.origin]}>{word('ruleOrigin', rule.origin)}</Pill>
        <Pill tone="mute">{word('ruleKind', rule.kind)}</Pill>
        {rule.status && <Pill tone="mute">{word('ruleStatus', rule.status)}</Pill>}
        {rule.attack.map((technique) => (
          <span key={technique} className="technique mono">
            {technique}
          </span>
        ))}
      </p>
      <p className="requirement-text">{text(rule.description) || t('detection.noDescription')}</p>
      <Actions rule={rule} onClose={onClose} />
      <Tabs
        items={[
          { key: 'figures', label: t('detection.figures'), children: <Figures rule={rule} /> },
          {
            key: 'text',
            label: t('detection.text'),
            children: (
              <>
                <p className="row">
                  <span className="mono sub small grow ellipsis">{rule.file}</span>
                  <CopyButton isShown text={rule.text} label={t('common.copy')} />
                </p>
                <YamlText text={rule.text} />
              </>
            ),
          },
        ]}
      />
    </div>
  );
}

const changeOf = ({ by, at, reason }: NonNullable<RuleDetail['last_change']>) => [by, formatTime(at), reason].filter(Boolean).join(' · ');

function Figures({ rule }: { rule: RuleDetail }) {
  const { t } = useTranslation();
  const { count, short } = useFormat();
  const facts: [string, ReactNode][] = [
    [
      t('detection.logSource'),
      <span key="source" className="mono">
        {logSourceOf(rule)}
      </span>,
    ],
    [
      t('detection.hits'),
      <span key="hits" className="row">
        <Sparkline values={rule.days} width={160} height={30} />
        {t('detection.hitsOf', { day: rule.hits_day, month: rule.hits_month })}
      </span>,
    ],
    [
      t('detection.openAlerts'),
      <Link key="alerts" href={paths.alerts({ rule: rule.id })}>
        {count(rule.alerts_open)}
      </Link>,
    ],
    [
      t('detection.precision'),
      rule.precision === null
        ? t('detection.notJudged')
        : `${formatRate(rule.precision, 0)} · ${t('detection.precisionOf', { right: rule.true_positives, wrong: rule.false_positives })}`,
    ],
    ...(rule.kind === 'baseline' ? [[t('detection.learned'), <LearnedOf key="learned" rule={rule} />] as [string, ReactNode]] : []),
    [t('detection.cost'), rule.nanoseconds_per_event === null ? '—' : `${short(rule.nanoseconds_per_event)} ns`],
    [
      t('detection.lastHit'),
      <span key="last" className="num">
        {formatTime(rule.last_hit_at)}
      </span>,
    ],
    [
      t('detection.id'),
      <span key="id" className="mono">
        {rule.id}
      </span>,
    ],
    ...(rule.last_change ? [[t('detection.lastChange'), changeOf(rule.last_change)] as [string, ReactNode]] : []),
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <RuleNotes notes={rule} />
    </>
  );
}

function Actions({ rule, onClose }: { rule: RuleDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const go = useGo();
  const mayManage = useMay()('detection.manage');
  const [asking, setAsking] = useState<'switch' | 'remove' | 'lookBack' | null>(null);
  const done = { touches: ['detection'], done: t('common.saved'), onDone: () => setAsking(null) };
  const turn = useChange(switchRule, done);
  const remove = useChange(removeRule, {
    ...done,
    onDone: () => {
      setAsking(null);
      onClose();
    },
  });
  if (!mayManage) return null;
  const isOwn = rule.origin === 'hospital';
  return (
    <div className="row wrap rule-actions">
      <Button onClick={() => setAsking('switch')}>{t(rule.enabled ? 'detection.turnOff' : 'detection.turnOn')}</Button>
      <Button onClick={() => go(paths.ruleEditor(isOwn ? { id: rule.id } : { from: rule.id }))}>
        {t(isOwn ? 'detection.edit' : 'detection.copyAsOwn')}
      </Button>
      <Button onClick={() => setAsking('lookBack')}>{t('detection.lookBack')}</Button>
      {isOwn && (
        <Button className="danger-text" onClick={() => setAsking('remove')}>
          {t('common.delete')}
        </Button>
      )}
      <ReasonDialog
        open={asking === 'switch'}
        title={t(rule.enabled ? 'detection.turnOff' : 'detection.turnOn')}
        hint={rule.enabled ? t('detection.turnOffHint', { rule: text(rule.title) }) : text(rule.title)}
        danger={rule.enabled}
        busy={turn.isPending}
        onCancel={() => setAsking(null)}
        onSubmit={({ reason }: { reason: string }) => turn.mutate({ id: rule.id, enable: !rule.enabled, reason })}
      />
      <ReasonDialog
        open={asking === 'remove'}
        title={t('detection.removeTitle')}
        hint={t('detection.removeHint')}
        danger
        submit={t('common.delete')}
        busy={remove.isPending}
        onCancel={() => setAsking(null)}
        onSubmit={({ reason }: { reason: string }) => remove.mutate({ id: rule.id, reason })}
      />
      {asking === 'lookBack' && (
        <LookBackDialog
          rule={{ id: rule.id, title: text(rule.title) }}
          onClose={() => setAsking(null)}
          onStarted={(job) => go(paths.rules({ job }))}
        />
      )}
    </div>
  );
}
