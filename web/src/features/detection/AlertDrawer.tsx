import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Drawer, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/features/shared/CopyButton';
import { ErrorState } from '@/features/shared/problems';
import { useText } from '@/i18n/words';
import { Bones } from '@/ui/states';
import { AlertAbout } from './AlertAbout';
import { AlertActions } from './AlertActions';
import { AlertFacts } from './AlertFacts';
import { AlertRelated } from './AlertRelated';
import type { SetQueue } from './AlertsPage';
import { AlertTimeline } from './AlertTimeline';
import { AlertWhy } from './AlertWhy';
import { alertQuery } from './api';
import { SeverityPill } from './SeverityPill';
import type { AlertDetail } from './types';
import type { Triage } from './useTriage';
import './alert.css';

type Props = { id: number | undefined; triage: Triage; set: SetQueue; onOpen: (id: number | undefined) => void };

/** An alert grows while one reads it. */
const REFRESH_MS = 15_000;

/** One alert: whom it concerns, why it fired, what was done about it. */
export function AlertDrawer({ id, triage, set, onOpen }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const one = useQuery({
    ...alertQuery(id ?? 0),
    enabled: id !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  const alert = one.data;
  return (
    <Drawer
      open={id !== undefined}
      onClose={() => onOpen(undefined)}
      size={720}
      mask={false}
      title={
        alert ? (
          <span className="row">
            <SeverityPill severity={alert.severity} />
            <span className="ellipsis" title={text(alert.title)}>
              {text(alert.title)}
            </span>
          </span>
        ) : (
          t('alert.one')
        )
      }
      extra={<CopyButton isShown text={window.location.href} label={t('alert.copyLink')} />}
    >
      {one.error ? (
        <ErrorState error={one.error} onRetry={() => void one.refetch()} />
      ) : alert ? (
        <Shown alert={alert} triage={triage} set={set} onOpen={onOpen} />
      ) : (
        <Bones lines={12} />
      )}
    </Drawer>
  );
}

function Shown({ alert, triage, set, onOpen }: { alert: AlertDetail } & Omit<Props, 'id'>) {
  const { t } = useTranslation();
  return (
    <div className="alert-detail">
      <AlertFacts alert={alert} set={set} />
      <AlertActions alert={alert} triage={triage} />
      <Tabs
        destroyOnHidden
        items={[
          { key: 'why', label: t('alert.why'), children: <AlertWhy alert={alert} /> },
          {
            key: 'timeline',
            label: t('alert.timelineN', { n: alert.timeline.length }),
            children: <AlertTimeline alert={alert} />,
          },
          {
            key: 'related',
            label: t('alert.relatedN', { n: alert.related.length }),
            children: <AlertRelated alert={alert} onOpen={onOpen} />,
          },
          { key: 'about', label: t('alert.about'), children: <AlertAbout alert={alert} /> },
        ]}
      />
    </div>
  );
}
