import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ErrorState } from '@/features/shared/problems';
import { formatTime } from '@/i18n/format';
import { Card } from '@/ui/Card';
import { Bones } from '@/ui/states';
import { ActionPill } from './ActionPill';
import { useRuleText, zonesText } from './firewall';

/** Who decided, and how: `拒绝 默认动作`. */
function Decided({ decision }: { decision: Schemas['PolicyDecision'] }) {
  const { t } = useTranslation();
  const ruleText = useRuleText();
  return (
    <span className="row">
      <ActionPill action={decision.action} />
      <span>{decision.rule ? ruleText(decision.rule) : t('firewall.byDefault')}</span>
    </span>
  );
}

/** Which packets are treated otherwise than in another inspection of the same device. */
export function PolicyChanges({ id, assetId }: { id: number; assetId: number }) {
  const { t } = useTranslation();
  const [other, setOther] = useState<number | undefined>();
  const list = api.useQuery('get', '/api/v1/inspections', { params: { query: { asset_id: assetId, family: 'network' } } });
  const others = list.data?.items.filter((one) => one.id !== id) ?? [];
  if (others.length === 0) return null;
  return (
    <Card
      title={t('firewall.compare')}
      extra={
        <Select
          aria-label={t('firewall.compareWith')}
          className="policy-choice"
          placeholder={t('firewall.compareWith')}
          value={other ?? null}
          onChange={(value) => setOther(value ?? undefined)}
          allowClear
          options={others.map((one) => ({ value: one.id, label: formatTime(one.collected_at) }))}
        />
      }
    >
      {other === undefined ? <p className="sub">{t('firewall.compareHint')}</p> : <Compared id={id} other={other} />}
    </Card>
  );
}

function Compared({ id, other }: { id: number; other: number }) {
  const { t } = useTranslation();
  const { data, error, refetch } = api.useQuery('get', '/api/v1/inspections/{id}/policies/compare', {
    params: { path: { id }, query: { with: other } },
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={4} />;
  const sets = data.sets.filter((set) => set.differences.length > 0);
  if (sets.length === 0 && data.added.length + data.removed.length === 0) return <p className="sub">{t('firewall.noChanges')}</p>;
  return (
    <>
      {data.added.length > 0 && <p>{t('firewall.added', { names: data.added.join('，') })}</p>}
      {data.removed.length > 0 && <p>{t('firewall.removed', { names: data.removed.join('，') })}</p>}
      {sets.map((set) => (
        <section key={set.name} className="drift-area">
          <h3 className="mono">{set.name}</h3>
          <ul className="plain changes">
            {set.differences.map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of one answer never change place
              <li key={index}>
                <div className="row wrap">
                  <Decided decision={one.before} />
                  <span aria-hidden="true">→</span>
                  <Decided decision={one.after} />
                </div>
                <div className="mono small prewrap sub">
                  {zonesText(one.packets.from_zones)}
                  {one.packets.sources.join(', ')} → {zonesText(one.packets.to_zones)}
                  {one.packets.destinations.join(', ')} · {one.packets.services.join(', ')}
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
