import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, client, type Schemas } from '@/api/client';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';
import { Card } from '@/ui/Card';

type Token = Schemas['AgentToken'];

/** Tokens that nobody has used yet, and how to take one back. */
export function TokensCard() {
  const { t } = useTranslation();
  const may = useMay();
  const [ending, setEnding] = useState<Token | null>(null);
  const { data, error, refetch } = api.useQuery('get', '/api/v1/agents/tokens');
  const end = useChange(
    ({ id, reason }: { id: number; reason: string }) =>
      client.DELETE('/api/v1/agents/tokens/{id}', { params: { path: { id } }, body: { reason } }),
    { touches: ['agents/tokens'], done: t('agent.tokenEnded'), onDone: () => setEnding(null) },
  );
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data || data.items.length === 0) return null;
  return (
    <Card
      className="tokens"
      title={`${t('agent.tokens')} ${data.total}`}
      extra={<span className="sub small">{t('agent.tokensHint')}</span>}
    >
      <ul className="plain">
        {data.items.map((token) => (
          <li key={token.id} className="row">
            <b>{token.asset_name}</b>
            <span className="sub small num grow">
              {token.created_by} · {t('agent.tokenUntil', { at: formatTime(token.expires_at) })}
            </span>
            {may('assessment.judge') && (
              <Button
                size="small"
                type="text"
                className="danger-text"
                aria-label={`${t('agent.endToken')} ${token.asset_name}`}
                onClick={() => setEnding(token)}
              >
                {t('agent.endToken')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ReasonDialog
        open={ending !== null}
        title={t('agent.endTokenTitle', { name: ending?.asset_name ?? '' })}
        hint={t('agent.endTokenHint')}
        danger
        submit={t('agent.endToken')}
        busy={end.isPending}
        onCancel={() => setEnding(null)}
        onSubmit={(v: { reason: string }) => ending && end.mutate({ id: ending.id, reason: v.reason })}
      />
    </Card>
  );
}
