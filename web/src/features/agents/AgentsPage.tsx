import { PlusOutlined, SettingOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { ChooseAsset } from '@/features/shared/ChooseAsset';
import { Command } from '@/features/shared/Command';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatDay, formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Pill, type Tone } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { isNearEnd } from './expiry';
import { TokensCard } from './TokensCard';
import './agents.css';

const TokenDialog = lazy(async () => ({ default: (await import('./TokenDialog')).TokenDialog }));
const SettingsDialog = lazy(async () => ({ default: (await import('./SettingsDialog')).SettingsDialog }));
type Agent = Schemas['Agent'];
const keyOf = (agent: Agent) => agent.id;
const TONES: Record<Schemas['AgentState'], Tone> = { reporting: 'good', late: 'warn', silent: 'bad', revoked: 'mute' };

/** The agents of the hospital's hosts: who reports, who is late, and how to add one. */
export function AgentsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [search, set] = useSearchState();
  const [asking, setAsking] = useState<'token' | 'settings' | null>(null);
  const [revoking, setRevoking] = useState<Agent | null>(null);
  const asset = numberOf(search.asset_id);
  const list = api.useQuery('get', '/api/v1/agents', { params: { query: asset === undefined ? {} : { asset_id: asset } } });
  const settings = api.useQuery('get', '/api/v1/agents/settings');
  const columns = useColumns(setRevoking);
  const revoke = useChange(
    ({ id, reason }: { id: number; reason: string }) =>
      bodyOf(client.DELETE('/api/v1/agents/{id}', { params: { path: { id } }, body: { reason } })),
    { touches: ['agents'], done: t('agent.revoked'), onDone: () => setRevoking(null) },
  );
  const decides = may('assessment.judge');
  const listening = settings.data?.listening ?? true;
  return (
    <div className="page">
      <PageHead title={t('nav.agents')} note={list.data && <Counts agents={list.data.items} />}>
        {decides && (
          <>
            <Button icon={<SettingOutlined aria-hidden />} onClick={() => setAsking('settings')}>
              {t('agent.settings')}
            </Button>
            <Button
              type="primary"
              icon={<PlusOutlined aria-hidden />}
              disabled={!listening}
              onClick={() => setAsking('token')}
              {...(listening ? {} : { title: t('agent.notListening') })}
            >
              {t('agent.add')}
            </Button>
          </>
        )}
      </PageHead>
      {!listening && (
        <Alert
          className="agents-off"
          type="warning"
          showIcon
          title={t('agent.notListening')}
          description={
            <>
              {t('agent.listenHint')}
              <Command text="xinglin serve --agent-listen 0.0.0.0:8601" />
            </>
          }
        />
      )}
      <div className="filters">
        <ChooseAsset className="asset-filter" value={asset} onChange={(id) => set({ asset_id: id?.toString() })} />
      </div>
      <TokensCard />
      <div className="card fill">
        {list.error ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : list.isPending ? (
          <Bones lines={10} />
        ) : (
          <DataGrid
            label={t('nav.agents')}
            columns={columns}
            count={list.data.items.length}
            rowAt={(i) => list.data.items[i]}
            rowKey={keyOf}
            empty={<EmptyState title={t('agent.none')} hint={t('agent.noneHint')} />}
          />
        )}
      </div>
      <Suspense fallback={null}>
        {asking === 'token' && <TokenDialog assetId={asset} onClose={() => setAsking(null)} />}
        {asking === 'settings' && settings.data && <SettingsDialog settings={settings.data} onClose={() => setAsking(null)} />}
      </Suspense>
      <ReasonDialog
        open={revoking !== null}
        title={t('agent.revokeTitle', { name: revoking?.asset_name ?? '' })}
        hint={t('agent.revokeHint')}
        danger
        submit={t('agent.revoke')}
        busy={revoke.isPending}
        onCancel={() => setRevoking(null)}
        onSubmit={(v: { reason: string }) => revoking && revoke.mutate({ id: revoking.id, reason: v.reason })}
      />
    </div>
  );
}

/** How many report, are late and are silent; those that matter by colour. */
function Counts({ agents }: { agents: readonly Agent[] }) {
  const word = useWord();
  const states = ['reporting', 'late', 'silent', 'revoked'] as const;
  return (
    <span className="row">
      {states
        .map((state) => ({ state, n: agents.filter((agent) => agent.state === state).length }))
        .filter(({ n }) => n > 0)
        .map(({ state, n }) => (
          <Pill key={state} tone={TONES[state]}>
            {word('agentState', state)} {n}
          </Pill>
        ))}
    </span>
  );
}

function useColumns(onRevoke: (agent: Agent) => void): GridColumn<Agent>[] {
  const { t } = useTranslation();
  const word = useWord();
  return useMemo(
    () => [
      {
        key: 'asset',
        title: t('field.asset'),
        width: 190,
        grow: true,
        fixed: true,
        render: (agent) => (
          <Link href={paths.assets({ id: agent.asset_id })}>
            <Middle text={agent.asset_name} />
          </Link>
        ),
      },
      {
        key: 'state',
        title: t('field.state'),
        width: 104,
        render: (agent) => (
          <Pill tone={TONES[agent.state]} {...(agent.revoked_reason ? { title: agent.revoked_reason } : {})}>
            {word('agentState', agent.state)}
          </Pill>
        ),
      },
      {
        key: 'host',
        title: t('agent.hostName'),
        width: 140,
        grow: true,
        render: (agent) => <span className="mono">{agent.host_name}</span>,
      },
      { key: 'version', title: t('field.version'), width: 90, render: (agent) => <span className="num">{agent.version}</span> },
      {
        key: 'seen',
        title: t('agent.lastSeen'),
        width: 140,
        render: (agent) => <span className="num">{formatTime(agent.last_seen_at)}</span>,
      },
      {
        key: 'inspection',
        title: t('agent.lastInspection'),
        width: 96,
        render: (agent) =>
          agent.last_inspection_id ? <Link href={paths.inspection(agent.last_inspection_id)}>{t('agent.look')}</Link> : '—',
      },
      {
        key: 'lost',
        title: t('agent.lost'),
        width: 76,
        align: 'end',
        render: (agent) => (
          <span className={agent.lost > 0 ? 'late' : ''} title={t('agent.lostHint')}>
            {agent.lost}
          </span>
        ),
      },
      {
        key: 'expires',
        title: t('agent.certificate'),
        width: 110,
        render: (agent) => (
          <span className={`num${agent.state !== 'revoked' && isNearEnd(agent.certificate_expires_on) ? ' late' : ''}`}>
            {formatDay(agent.certificate_expires_on)}
          </span>
        ),
      },
      {
        key: 'revoke',
        title: t('agent.revoke'),
        width: 84,
        render: (agent) =>
          agent.allowed_actions.includes('revoke') ? (
            <Button
              size="small"
              className="danger-text"
              onClick={() => onRevoke(agent)}
              aria-label={`${t('agent.revoke')} ${agent.asset_name}`}
            >
              {t('agent.revoke')}
            </Button>
          ) : null,
      },
    ],
    [t, word, onRevoke],
  );
}
