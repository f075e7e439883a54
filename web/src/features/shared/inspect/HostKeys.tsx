import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, client } from '@/api/client';
import { formatTime } from '@/i18n/format';
import { Bones } from '@/ui/states';
import { ErrorState } from '../problems';
import { ReasonDialog } from '../ReasonDialog';
import { useMay } from '../session';
import { useChange } from '../useChange';

/** The keys by which an asset's hosts prove who they are, and how to forget them. */
export function HostKeys({ assetId, onForgotten }: { assetId: number; onForgotten?: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const path = { params: { path: { id: assetId } } };
  const { data, error, refetch } = useQuery(api.queryOptions('get', '/api/v1/assets/{id}/host-key', path));
  const forget = useChange((reason: string) => client.DELETE('/api/v1/assets/{id}/host-key', { ...path, body: { reason } }), {
    touches: [`assets/{id}/host-key`],
    done: t('hostKey.forgotten'),
    onDone: () => {
      setAsking(false);
      onForgotten?.();
    },
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={2} />;
  if (data.items.length === 0) return <p className="sub small">{t('hostKey.none')}</p>;
  return (
    <div className="host-keys">
      <ul className="plain">
        {data.items.map((key) => (
          <li key={`${key.place} ${key.algorithm}`}>
            <div className="row wrap">
              <b className="mono">{key.place}</b>
              <span className="sub small num">{t('hostKey.seen', { at: formatTime(key.seen_at) })}</span>
            </div>
            <span className="mono prewrap">
              {key.algorithm} {key.fingerprint}
            </span>
          </li>
        ))}
      </ul>
      {may('assessment.judge') ? (
        <Button size="small" className="danger-text" onClick={() => setAsking(true)}>
          {t('hostKey.forget')}
        </Button>
      ) : (
        <p className="sub small">{t('hostKey.lead')}</p>
      )}
      <ReasonDialog
        open={asking}
        title={t('hostKey.forgetTitle')}
        hint={t('hostKey.forgetHint')}
        danger
        submit={t('hostKey.forget')}
        busy={forget.isPending}
        onCancel={() => setAsking(false)}
        onSubmit={(v: { reason: string }) => forget.mutate(v.reason)}
      />
    </div>
  );
}
