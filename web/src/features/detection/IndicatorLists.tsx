import { DeleteOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatDay, today, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { removeIndicators } from './api';
import type { IndicatorList } from './types';

/** The lists that were taken in: where they came from, how many they hold, until when they count. */
export function IndicatorLists({ lists }: { lists: readonly IndicatorList[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  const mayManage = useMay()('detection.manage');
  const [removing, setRemoving] = useState<IndicatorList | null>(null);
  const remove = useChange(removeIndicators, {
    touches: ['indicators', 'detection/status'],
    done: t('common.deleted'),
    onDone: () => setRemoving(null),
  });
  if (lists.length === 0) return null;
  const day = today();
  return (
    <ul className="plain indicator-lists" aria-label={t('indicator.lists')}>
      {lists.map((list) => (
        <li key={list.id} className="card">
          <div className="row">
            <b className="ellipsis" title={list.name}>
              {list.name}
            </b>
            <Pill tone="mute">{word('indicatorSource', list.source)}</Pill>
            <span className="grow" />
            {mayManage && (
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined aria-hidden />}
                aria-label={`${t('common.delete')} ${list.name}`}
                onClick={() => setRemoving(list)}
              />
            )}
          </div>
          <div className="row small">
            <span className="num">{t('indicator.kept', { n: list.kept })}</span>
            {list.rejected > 0 && <span className="late num">{t('indicator.rejectedN', { n: list.rejected })}</span>}
          </div>
          <div className="sub small">
            {list.by} <span className="num">{formatDay(list.imported_at)}</span>
            {list.expires_on && (
              <span className={list.expires_on < day ? 'late' : ''}>
                {' · '}
                {t(list.expires_on < day ? 'indicator.expiredOn' : 'indicator.until', { day: list.expires_on })}
              </span>
            )}
          </div>
        </li>
      ))}
      <ReasonDialog
        open={removing !== null}
        title={t('indicator.removeTitle', { name: removing?.name ?? '' })}
        hint={t('indicator.removeHint', { n: count(removing?.kept ?? 0) })}
        danger
        submit={t('common.delete')}
        busy={remove.isPending}
        onCancel={() => setRemoving(null)}
        onSubmit={({ reason }: { reason: string }) => removing && remove.mutate({ id: removing.id, reason })}
      />
    </ul>
  );
}
