import { PlusOutlined } from '@ant-design/icons';
import { Button, Collapse } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatDay, formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill, type Tone } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { filtersText } from './filters';
import { RetentionDialog, type RetentionOf } from './RetentionDialog';
import { decideRetention, parted, RETENTION_TOUCHES, type RetentionRule, useRetentions } from './retention';
import type { LogStorage } from './types';

const TONES: Record<string, Tone> = { proposed: 'warn', in_force: 'good', refused: 'bad', ended: 'mute' };
type Action = 'approve' | 'refuse' | 'end';
type Deciding = { rule: RetentionRule; action: Action };

/** For how long logs are kept, by whose word, and what waits for the auditor. */
export function RetentionCard({ storage }: { storage: LogStorage }) {
  const { t } = useTranslation();
  const may = useMay()('logs.manage');
  const [setting, setSetting] = useState<RetentionOf | null>(null);
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const { data, error, refetch } = useRetentions();
  const { standing, past } = parted(data ?? []);
  const ofAll = standing.find((one) => one.source === null);
  const { least_days: least } = storage;
  return (
    <Card
      className="flush log-retention"
      title={t('logStorage.retention')}
      extra={
        <span className="row">
          <span className="sub small">{t('logStorage.retentionHint', { n: least })}</span>
          {may && (
            <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setSetting('named')}>
              {t('retention.add')}
            </Button>
          )}
        </span>
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Bones lines={3} />
      ) : (
        <>
          <Rules least={least}>
            {!ofAll && (
              <tr>
                <td>{t('logStorage.allOthers')}</td>
                <td className="end num">{t('logStorage.daysN', { n: storage.keep_days })}</td>
                <td>
                  <Enough days={storage.keep_days} least={least} />
                </td>
                <td className="sub">{t('retention.preset')}</td>
                <td className="end">{may && <Change onClick={() => setSetting({ source: null, days: storage.keep_days })} />}</td>
              </tr>
            )}
            {standing.map((rule) => (
              <Rule key={rule.id} rule={rule} least={least} onDecide={setDeciding}>
                {may && rule.state === 'in_force' && <Change onClick={() => setSetting({ source: rule.source, days: rule.days })} />}
              </Rule>
            ))}
          </Rules>
          {past.length > 0 && (
            <Collapse
              ghost
              items={[
                {
                  key: 'past',
                  label: t('retention.past', { n: past.length }),
                  children: (
                    <Rules least={least}>
                      {past.map((rule) => (
                        <Rule key={rule.id} rule={rule} least={least} onDecide={setDeciding} />
                      ))}
                    </Rules>
                  ),
                },
              ]}
            />
          )}
        </>
      )}
      <RetentionDialog of={setting} least={least} onClose={() => setSetting(null)} />
      <Decide deciding={deciding} onClose={() => setDeciding(null)} />
    </Card>
  );
}

function Rules({ least, children }: { least: number; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th scope="col">{t('logStorage.ofSource')}</th>
          <th scope="col" className="end">
            {t('logStorage.keepDays')}
          </th>
          <th scope="col">{t('logStorage.against', { n: least })}</th>
          <th scope="col">{t('retention.why')}</th>
          <th scope="col" className="end">
            {t('retention.actions')}
          </th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function Rule({
  rule,
  least,
  onDecide,
  children,
}: {
  rule: RetentionRule;
  least: number;
  onDecide: (deciding: Deciding) => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const word = useWord();
  const where = rule.source === null ? '' : filtersText([{ field: 'source', value: rule.source, not: false }]);
  const name = rule.source ?? t('logStorage.allOthers');
  return (
    <tr>
      <td>{rule.source === null ? name : <Link href={paths.logs({ where })}>{name}</Link>}</td>
      <td className="end num">{t('logStorage.daysN', { n: rule.days })}</td>
      <td>
        <span className="row wrap">
          <Pill tone={TONES[rule.state] ?? 'mute'}>{word('logRetentionState', rule.state)}</Pill>
          {rule.state === 'in_force' && <Enough days={rule.days} least={least} permitted={rule.decision !== null} />}
        </span>
      </td>
      <td>
        <div className="prewrap">{rule.reason}</div>
        <div className="sub small">
          {rule.proposed_by} <span className="num">{formatTime(rule.proposed_at)}</span>
          {rule.until && ` · ${t('retention.untilDay', { day: formatDay(rule.until) })}`}
        </div>
        {rule.decision && (
          <div className="sub small">
            {t('retention.decided', { by: rule.decided_by ?? '', at: formatTime(rule.decided_at), why: rule.decision })}
          </div>
        )}
        {rule.ended_reason && <div className="sub small">{`${formatTime(rule.ended_at)} ${rule.ended_reason}`}</div>}
      </td>
      <td className="end">
        <span className="row wrap">
          <span className="grow" />
          {children}
          {(rule.allowed_actions as Action[]).map((action) => (
            <Button
              key={action}
              size="small"
              type={action === 'approve' ? 'primary' : 'default'}
              aria-label={`${t(`retention.do.${action}`)} ${name}`}
              onClick={() => onDecide({ rule, action })}
            >
              {t(`retention.do.${action}`)}
            </Button>
          ))}
        </span>
      </td>
    </tr>
  );
}

function Enough({ days, least, permitted }: { days: number; least: number; permitted?: boolean }) {
  const { t } = useTranslation();
  if (days >= least) return <Pill tone="good">{t('logStorage.enough')}</Pill>;
  return <Pill tone={permitted ? 'warn' : 'bad'}>{t(permitted ? 'retention.permitted' : 'logStorage.tooShort')}</Pill>;
}

function Change({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button size="small" onClick={onClick}>
      {t('retention.change')}
    </Button>
  );
}

function Decide({ deciding, onClose }: { deciding: Deciding | null; onClose: () => void }) {
  const { t } = useTranslation();
  const decide = useChange(decideRetention, { touches: RETENTION_TOUCHES, done: t('common.saved'), onDone: onClose });
  return (
    <ReasonDialog
      open={deciding !== null}
      title={deciding ? `${t(`retention.do.${deciding.action}`)}：${deciding.rule.source ?? t('logStorage.allOthers')}` : ''}
      hint={deciding ? t(`retention.doHint.${deciding.action}`, { n: deciding.rule.days }) : ''}
      danger={deciding?.action === 'approve'}
      busy={decide.isPending}
      onCancel={onClose}
      onSubmit={({ reason }: { reason: string }) => deciding && decide.mutate({ id: deciding.rule.id, reason, action: deciding.action })}
    />
  );
}
