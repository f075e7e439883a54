import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { CheckList } from '@/features/shared/CheckList';
import { SEVERITIES } from '@/features/shared/domain';
import { catalogueQuery } from '@/features/shared/lists';
import { SearchBox } from '@/features/shared/SearchBox';
import { useSearchState } from '@/features/shared/search';
import { useText, useWord } from '@/i18n/words';
import { EmptyState } from '@/ui/states';
import { byClause, type Check, type Clause, STATUSES } from './clauses';
import { ExceptionDrawer } from './ExceptionDrawer';

/** Checks carry items of level 3, of which other levels' are kin. */
const LEVEL_THREE = { s: 3, a: 3 };

/** What each check says, under the clauses it is evidence for. */
export function Results({ inspection }: { inspection: Schemas['Inspection'] }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const [search, set] = useSearchState();
  const [excepting, setExcepting] = useState<Check | null>(null);
  const { data: catalogue } = useQuery({ ...catalogueQuery(LEVEL_THREE), staleTime: Number.POSITIVE_INFINITY });
  const status = STATUSES.find((s) => s === search.status);
  const severity = SEVERITIES.find((s) => s === search.severity);
  const q = (search.q ?? '').toLowerCase();
  const shown = useMemo(
    () =>
      inspection.results.filter(
        (r) =>
          (!status || r.status === status) &&
          (!severity || r.severity === severity) &&
          (!q || `${r.check} ${text(r.title)} ${r.requirements.join(' ')} ${r.observed}`.toLowerCase().includes(q)),
      ),
    [inspection.results, status, severity, q, text],
  );
  const clauses = useMemo(() => byClause(shown, catalogue?.items ?? []), [shown, catalogue]);
  // Clauses of which nothing applies stand apart, so that those that matter are not lost among them.
  const isSilent = (clause: Clause) => clause.counts.not_applicable === clause.checks.length;
  const said = clauses.filter((clause) => !isSilent(clause));
  const silent = clauses.filter(isSilent);
  return (
    <>
      <div className="row wrap result-filters">
        <Segmented
          aria-label={t('field.state')}
          value={status ?? 'all'}
          onChange={(v) => set({ status: v === 'all' ? undefined : String(v) })}
          options={[
            { value: 'all', label: `${t('common.all')} ${inspection.results.length}` },
            ...STATUSES.map((s) => ({ value: s, label: `${word('checkStatus', s)} ${inspection[s]}` })),
          ]}
        />
        <Segmented
          aria-label={t('field.severity')}
          value={severity ?? 'all'}
          onChange={(v) => set({ severity: v === 'all' ? undefined : String(v) })}
          options={[{ value: 'all', label: t('common.all') }, ...SEVERITIES.map((s) => ({ value: s, label: word('severity', s) }))]}
        />
        <span className="grow" />
        <SearchBox value={search.q ?? ''} onSearch={(text) => set({ q: text || undefined })} width={200} />
      </div>
      {clauses.length === 0 && (
        <div className="card">
          <EmptyState title={t('inspection.noMatch')} hint={t('inspection.noMatchHint')} />
        </div>
      )}
      <div className="clauses">
        {said.map((clause) => (
          <ClauseCard key={clause.clause} clause={clause} onExcept={setExcepting} />
        ))}
        {silent.length > 0 && (
          <details className="silent-clauses" open={said.length === 0 || undefined}>
            <summary>{t('inspection.notApplicableClauses', { n: silent.length })}</summary>
            <div className="clauses">
              {silent.map((clause) => (
                <ClauseCard key={clause.clause} clause={clause} onExcept={setExcepting} />
              ))}
            </div>
          </details>
        )}
      </div>
      <ExceptionDrawer assetId={inspection.asset_id} check={excepting} onClose={() => setExcepting(null)} />
    </>
  );
}

function ClauseCard({ clause, onExcept }: { clause: Clause; onExcept: (check: Check) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const said = STATUSES.filter((s) => clause.counts[s] > 0);
  return (
    <details className="card clause" open={clause.counts.fail > 0 || undefined}>
      <summary>
        <h2>
          <span className="num">{clause.clause || t('inspection.otherClauses')}</span> {clause.control && text(clause.control)}
        </h2>
        <span className="clause-bar" role="img" aria-label={said.map((s) => `${word('checkStatus', s)} ${clause.counts[s]}`).join('，')}>
          {said.map((s) => (
            <i key={s} className={s} style={{ flexGrow: clause.counts[s] }} />
          ))}
        </span>
        <span className="sub small num nowrap clause-counts">
          {said.map((s) => `${word('checkStatus', s)} ${clause.counts[s]}`).join(' · ')}
        </span>
      </summary>
      <div className="body">
        <CheckList checks={clause.checks} withRequirements onExcept={onExcept} />
      </div>
    </details>
  );
}
