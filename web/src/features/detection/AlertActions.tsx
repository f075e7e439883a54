import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/shared/session';
import { Keys } from '@/ui/Keys';
import type { AlertAction, AlertDetail } from './types';
import type { Act, Triage } from './useTriage';

const ACTS = [
  { act: 'acknowledge', needs: 'acknowledge', key: 'a' },
  { act: 'investigate', needs: 'investigate', key: 'i' },
  { act: 'close', needs: 'close', key: 'c' },
  { act: 'reopen', needs: 'reopen', key: null },
  { act: 'take', needs: 'assign', key: 'm' },
  { act: 'assign', needs: 'assign', key: null },
  { act: 'except', needs: 'except', key: 'e' },
] as const satisfies readonly { act: Act; needs: AlertAction; key: string | null }[];

/** What can be done to the alert in its state by this session; the next step stands out. */
export function AlertActions({ alert, triage }: { alert: AlertDetail; triage: Triage }) {
  const { t } = useTranslation();
  const { act, busy } = triage;
  const mayExcept = useMay()('detection.manage');
  const allowed = ACTS.filter((one) => alert.allowed_actions.includes(one.needs) && (one.act !== 'except' || mayExcept));
  const mayRaise = alert.allowed_actions.includes('raise_finding') && alert.finding_id === null;
  if (allowed.length === 0 && !mayRaise) return null;
  return (
    <div className="row wrap alert-actions">
      {allowed.map((one, i) => (
        <Button key={one.act} type={i === 0 ? 'primary' : 'default'} disabled={busy} onClick={() => act(one.act, [alert.id])}>
          {t(`alert.${one.act}`)}
          {one.key && <Keys keys={[one.key]} />}
        </Button>
      ))}
      {mayRaise && (
        <Popconfirm
          title={t('alert.raiseAsk')}
          okText={t('alert.raise_finding')}
          cancelText={t('common.cancel')}
          onConfirm={() => act('raise_finding', [alert.id])}
        >
          <Button disabled={busy}>{t('alert.raise_finding')}</Button>
        </Popconfirm>
      )}
    </div>
  );
}
