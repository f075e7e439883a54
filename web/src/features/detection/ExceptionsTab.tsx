import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatDay, useFormat } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { endException, exceptionsQuery } from './api';
import type { DetectionException } from './types';

const keyOf = (one: DetectionException) => one.id;
const SOON_DAYS = 14;
const isEnded = (one: DetectionException) => one.ended_at !== null || one.days_left === null;

/** Where rules are told to be quiet: for what, why, until when, and what that has hidden. */
export function ExceptionsTab() {
  const { t } = useTranslation();
  const mayManage = useMay()('detection.manage');
  const [show, setShow] = useState<'current' | 'ended'>('current');
  const [ending, setEnding] = useState<DetectionException | null>(null);
  const { data, error, isPending, refetch } = useQuery(exceptionsQuery());
  const rows = useMemo(() => (data ?? []).filter((one) => isEnded(one) === (show === 'ended')), [data, show]);
  const end = useChange(endException, { touches: ['detection', 'alerts'], done: t('detection.ended'), onDone: () => setEnding(null) });
  const columns = useColumns(mayManage && show === 'current', setEnding);
  return (
    <>
      <div className="filters">
        <Segmented
          aria-label={t('field.state')}
          value={show}
          onChange={setShow}
          options={[
            { value: 'current', label: t('detection.current') },
            { value: 'ended', label: t('detection.past') },
          ]}
        />
        <span className="sub small">{t('detection.exceptionsHint')}</span>
      </div>
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={8} />
        ) : (
          <DataGrid
            label={t('detection.tab.exceptions')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={keyOf}
            empty={<EmptyState title={t('detection.noExceptions')} hint={t('detection.noExceptionsHint')} />}
          />
        )}
      </div>
      <ReasonDialog
        open={ending !== null}
        title={t('detection.endException')}
        hint={t('detection.endExceptionHint')}
        busy={end.isPending}
        onCancel={() => setEnding(null)}
        onSubmit={({ reason }: { reason: string }) => ending && end.mutate({ id: ending.id, reason })}
      />
    </>
  );
}

function useColumns(mayEnd: boolean, onEnd: (one: DetectionException) => void): GridColumn<DetectionException>[] {
  const { t } = useTranslation();
  const text = useText();
  const { count } = useFormat();
  return useMemo(() => {
    const action: GridColumn<DetectionException> = {
      key: 'end',
      title: t('detection.end'),
      width: 72,
      render: (one) => (
        <Button
          size="small"
          type="text"
          className="danger-text"
          aria-label={`${t('detection.end')} ${text(one.rule_title)}`}
          onClick={() => onEnd(one)}
        >
          {t('detection.end')}
        </Button>
      ),
    };
    return [
      {
        key: 'rule',
        title: t('detection.rule'),
        width: 200,
        grow: true,
        fixed: true,
        render: (one) => <Link href={paths.rules({ id: one.rule })}>{text(one.rule_title)}</Link>,
      },
      {
        key: 'conditions',
        title: t('alert.conditions'),
        width: 260,
        grow: true,
        render: (one) => <Conditions conditions={one.conditions} />,
      },
      { key: 'reason', title: t('field.reason'), width: 180, grow: true, render: (one) => <span title={one.reason}>{one.reason}</span> },
      {
        key: 'until',
        title: t('alert.until'),
        width: 176,
        render: (one) => <Until exception={one} />,
      },
      { key: 'quieted', title: t('detection.quieted'), width: 84, wide: 90, align: 'end', render: (one) => count(one.quieted) },
      {
        key: 'by',
        title: t('detection.createdBy'),
        width: 150,
        render: (one) => (
          <>
            {one.created_by} <span className="sub num">{formatDay(one.created_at)}</span>
          </>
        ),
      },
      ...(mayEnd ? [action] : []),
    ];
  }, [t, text, count, mayEnd, onEnd]);
}

function Conditions({ conditions }: { conditions: DetectionException['conditions'] }) {
  const said = conditions.map(({ field, value }) => `${field} = ${value}`);
  return (
    <span className="mono" title={said.join('\n')}>
      {said.join(' · ')}
    </span>
  );
}

function Until({ exception: one }: { exception: DetectionException }) {
  const { t } = useTranslation();
  if (one.ended_at)
    return (
      <span title={one.ended_reason ?? undefined}>
        <Pill tone="mute">{t('detection.endedOn', { day: formatDay(one.ended_at) })}</Pill>
      </span>
    );
  return (
    <span className="num">
      {one.until}{' '}
      {one.days_left === null ? (
        <span className="sub">{t('detection.expired')}</span>
      ) : (
        <span className={one.days_left <= SOON_DAYS ? 'late' : 'sub'}>{t('detection.daysLeft', { n: one.days_left })}</span>
      )}
    </span>
  );
}
