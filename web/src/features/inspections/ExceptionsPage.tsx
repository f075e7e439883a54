import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatDay } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { EXCEPTION_TOUCHES } from './ExceptionDrawer';

type Exception = Schemas['Exception'];
const keyOf = (one: Exception) => one.id;
/** From here on an end is near enough to be said loudly. */
const SOON_DAYS = 14;

/** Failures that are lived with, for how long still, and by whose word. */
export function ExceptionsPage() {
  const { t } = useTranslation();
  const [ending, setEnding] = useState<Exception | null>(null);
  const { data, error, isPending, refetch } = api.useQuery('get', '/api/v1/exceptions');
  const end = useChange(
    ({ id, reason }: { id: number; reason: string }) =>
      bodyOf(client.DELETE('/api/v1/exceptions/{id}', { params: { path: { id } }, body: { reason } })),
    { touches: EXCEPTION_TOUCHES, done: t('exception.ended'), onDone: () => setEnding(null) },
  );
  const columns = useColumns(setEnding);
  return (
    <div className="page">
      <PageHead title={t('nav.exceptions')} note={data && t('common.total', { n: data.total })} />
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={8} />
        ) : (
          <DataGrid
            label={t('nav.exceptions')}
            columns={columns}
            count={data.items.length}
            rowAt={(i) => data.items[i]}
            rowKey={keyOf}
            empty={<EmptyState title={t('exception.none')} hint={t('exception.noneHint')} />}
          />
        )}
      </div>
      <ReasonDialog
        open={ending !== null}
        title={t('exception.end')}
        hint={ending ? `${ending.asset_name} · ${ending.check}` : ''}
        busy={end.isPending}
        onCancel={() => setEnding(null)}
        onSubmit={(v: { reason: string }) => ending && end.mutate({ id: ending.id, reason: v.reason })}
      />
    </div>
  );
}

function useColumns(onEnd: (one: Exception) => void): GridColumn<Exception>[] {
  const { t } = useTranslation();
  const text = useText();
  const may = useMay();
  const mayEnd = may('assessment.judge');
  return useMemo(
    () => [
      { key: 'asset', title: t('field.asset'), width: 190, grow: true, fixed: true, render: (one) => <Middle text={one.asset_name} /> },
      { key: 'check', title: t('exception.check'), width: 220, grow: true, render: (one) => (one.title ? text(one.title) : one.check) },
      { key: 'reason', title: t('field.reason'), width: 240, grow: true, render: (one) => <span title={one.reason}>{one.reason}</span> },
      { key: 'by', title: t('exception.by'), width: 108, render: (one) => one.created_by },
      { key: 'until', title: t('exception.until'), width: 122, render: (one) => <span className="num">{formatDay(one.until)}</span> },
      {
        key: 'left',
        title: t('exception.daysLeft'),
        width: 90,
        align: 'end',
        render: (one) =>
          one.days_left === null ? (
            <Pill tone="mute">{t('exception.over')}</Pill>
          ) : (
            <span className={one.days_left <= SOON_DAYS ? 'late num' : 'num'}>{one.days_left}</span>
          ),
      },
      {
        key: 'end',
        title: t('exception.end'),
        width: 110,
        render: (one) =>
          mayEnd && one.days_left !== null ? (
            <Button size="small" onClick={() => onEnd(one)}>
              {t('exception.end')}
            </Button>
          ) : null,
      },
    ],
    [t, text, mayEnd, onEnd],
  );
}
