import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/features/shared/problems';
import { Bones } from '@/ui/states';
import { contextQuery } from './api';
import { formatMilli } from './show';
import type { LogEvent } from './types';

const FIRST = 10;
const MOST = 100;

/** What the same source sent before and after, in the order of receipt. */
export function EventContext({ event, onOpen }: { event: LogEvent; onOpen: (sequence: string) => void }) {
  const { t } = useTranslation();
  const [rows, setRows] = useState(FIRST);
  const { data, error, isFetching, refetch } = useQuery({ ...contextQuery(event.sequence, rows), placeholderData: (before) => before });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={6} />;
  return (
    <>
      <p className="row sub small plain-p">
        {t('log.contextOf', { name: event.source })}
        <span className="grow" />
        {rows < MOST && (
          <Button size="small" loading={isFetching} onClick={() => setRows(Math.min(MOST, rows * 3))}>
            {t('log.moreContext')}
          </Button>
        )}
      </p>
      <ol className="plain context mono">
        {data.map((one) => (
          <li key={one.sequence} {...(one.sequence === event.sequence ? { 'aria-current': true as const } : {})}>
            <button type="button" onClick={() => onOpen(one.sequence)} disabled={one.sequence === event.sequence}>
              <span className="sub">{formatMilli(one.at).slice(11)}</span> {one.text}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
