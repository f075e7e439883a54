import { ArrowLeftOutlined } from '@ant-design/icons';
import { useParams } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { CheckList } from '@/features/shared/CheckList';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { formatTime } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { PageHead } from '@/ui/PageHead';
import { Bones } from '@/ui/states';
import './inspection.css';

const STATUSES = ['fail', 'unknown', 'pass', 'not_applicable'] as const;

export function InspectionPage() {
  const { t } = useTranslation();
  const word = useWord();
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
        note={data && `${data.platform} · ${formatTime(data.collected_at)} · ${word('inspectionSource', data.source)}`}
      />
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
  const text = useText();
  const word = useWord();
  const [search, set] = useSearchState();
  const status = STATUSES.find((s) => s === search.status);
  const q = (search.q ?? '').toLowerCase();
  const shown = useMemo(
    () =>
      inspection.results.filter(
        (r) =>
          (!status || r.status === status) &&
          (!q || `${r.check} ${text(r.title)} ${r.requirements.join(' ')} ${r.observed}`.toLowerCase().includes(q)),
      ),
    [inspection.results, status, q, text],
  );
  return (
    <div className="inspection">
      <Card
        title={t('inspection.results')}
        extra={
          <span className="row">
            <Segmented
              aria-label={t('field.state')}
              value={status ?? 'all'}
              onChange={(v) => set({ status: v === 'all' ? undefined : String(v) })}
              options={[
                { value: 'all', label: `${t('common.all')} ${inspection.results.length}` },
                ...STATUSES.map((s) => ({ value: s, label: `${word('checkStatus', s)} ${inspection[s]}` })),
              ]}
            />
            <SearchBox value={search.q ?? ''} onSearch={(text) => set({ q: text || undefined })} width={170} />
          </span>
        }
      >
        <CheckList checks={shown} withRequirements />
      </Card>
      <div className="stack-v">
        <Card title={`${t('inspection.unreadable')} ${inspection.unreadable.length}`}>
          {inspection.unreadable.length === 0 ? (
            <p className="sub">{t('inspection.allRead')}</p>
          ) : (
            <>
              <p className="sub small">{t('inspection.unreadableHint')}</p>
              <dl className="unreadable">
                {inspection.unreadable.map((u) => (
                  <div key={u.what}>
                    <dt className="mono">{u.what}</dt>
                    <dd className="sub">{u.why}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </Card>
        <Card title={t('inspection.facts')}>
          <p className="sub small">{t('inspection.factsHint')}</p>
          <Facts facts={inspection.facts} />
        </Card>
      </div>
    </div>
  );
}

/** The collected facts as they are, a section each. */
function Facts({ facts }: { facts: Record<string, unknown> }) {
  return Object.entries(facts).map(([name, value]) => (
    <details key={name} className="fact">
      <summary className="mono">{name}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="mono" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  ));
}
