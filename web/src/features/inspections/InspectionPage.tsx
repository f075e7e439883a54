import { ArrowLeftOutlined } from '@ant-design/icons';
import { useParams } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { usePlatform } from '@/features/shared/platform';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { DriftTab } from './DriftTab';
import { sizeOf } from './facts';
import { Remedies } from './Remedies';
import { Results } from './Results';
import './inspection.css';

const FirewallTab = lazy(async () => ({ default: (await import('./FirewallTab')).FirewallTab }));
const TABS = ['results', 'drift', 'firewall', 'facts'] as const;
type Tab = (typeof TABS)[number];

export function InspectionPage() {
  const { t } = useTranslation();
  const word = useWord();
  const platform = usePlatform();
  const id = numberOf((useParams({ strict: false }) as { id?: string }).id) ?? 0;
  const { data, error, refetch } = api.useQuery('get', '/api/v1/inspections/{id}', { params: { path: { id } } });
  return (
    <>
      <PageHead
        before={
          <Link href={paths.inspections()} label={t('inspection.back')}>
            <ArrowLeftOutlined aria-hidden />
          </Link>
        }
        title={data?.asset_name ?? t('nav.inspections')}
        note={
          data &&
          `${word('family', data.family)} · ${platform(data)} · ${formatTime(data.collected_at)} · ${word('inspectionSource', data.source)}`
        }
      >
        {data?.trust && <Pill tone={data.trust === 'signed' ? 'good' : 'warn'}>{word('trust', data.trust)}</Pill>}
        {data && <Remedies inspection={data} />}
      </PageHead>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Body inspection={data} />
      ) : (
        <div className="card">
          <Bones lines={12} />
        </div>
      )}
    </>
  );
}

function Body({ inspection }: { inspection: Schemas['Inspection'] }) {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const shown = TABS.filter((tab) => tab !== 'firewall' || inspection.family === 'network');
  const tab: Tab = shown.find((x) => x === search.tab) ?? 'results';
  const label = (key: Tab) => {
    if (key === 'drift' && inspection.changes !== null) return `${t('inspection.tab.drift')} ${inspection.changes}`;
    return t(`inspection.tab.${key}`);
  };
  return (
    <>
      <Tabs
        activeKey={tab}
        onChange={(key) => set({ tab: key === 'results' ? undefined : key })}
        items={shown.map((key) => ({ key, label: label(key) }))}
      />
      <div className="inspection">
        {tab === 'results' && <Results inspection={inspection} />}
        {tab === 'drift' && <DriftTab id={inspection.id} />}
        {tab === 'firewall' && (
          <Suspense
            fallback={
              <div className="card">
                <Bones lines={10} />
              </div>
            }
          >
            <FirewallTab id={inspection.id} assetId={inspection.asset_id} />
          </Suspense>
        )}
        {tab === 'facts' && <FactsTab inspection={inspection} />}
      </div>
    </>
  );
}

function FactsTab({ inspection }: { inspection: Schemas['Inspection'] }) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  return (
    <div className="facts-tab">
      <Card title={t('inspection.facts')} extra={<SearchBox value={q} onSearch={setQ} width={200} />}>
        <p className="sub small">{t('inspection.factsHint')}</p>
        <Facts facts={inspection.facts} q={q.toLowerCase()} />
      </Card>
      <Card title={`${t('inspection.unreadable')} ${inspection.unreadable.length}`}>
        {inspection.unreadable.length === 0 ? (
          <p className="sub">{t('inspection.allRead')}</p>
        ) : (
          <>
            <p className="sub small">{t('inspection.unreadableHint')}</p>
            <dl className="unreadable">
              {inspection.unreadable.map((u) => (
                <div key={`${u.what} ${u.why}`}>
                  <dt className="mono">{u.what}</dt>
                  <dd className="sub">{u.why}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </Card>
    </div>
  );
}

/** The collected facts as they are, a section each; a search opens those that hold it. */
function Facts({ facts, q }: { facts: Record<string, unknown>; q: string }) {
  const { t } = useTranslation();
  const areas = useMemo(
    () => Object.entries(facts).map(([name, value]) => ({ name, text: JSON.stringify(value, null, 2), size: sizeOf(value) })),
    [facts],
  );
  const found = q ? areas.filter((area) => `${area.name} ${area.text}`.toLowerCase().includes(q)) : areas;
  if (found.length === 0) return <p className="sub">{t('inspection.noMatch')}</p>;
  return found.map(({ name, text, size }) => (
    <details key={`${name} ${q}`} className="fact" open={q !== '' || undefined}>
      <summary>
        <span className="mono">{name}</span> {size !== null && <span className="sub small num">{size}</span>}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="mono" tabIndex={0}>
        {q
          ? text
              .split('\n')
              .filter((line) => `${name} ${line}`.toLowerCase().includes(q))
              .join('\n') || text
          : text}
      </pre>
    </details>
  ));
}
