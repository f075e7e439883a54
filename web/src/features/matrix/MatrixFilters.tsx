import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ChooseWord } from '@/features/shared/choices';
import { DOMAINS, OBJECT_TYPES } from '@/features/shared/domain';
import { SearchBox } from '@/features/shared/SearchBox';
import type { Search } from '@/features/shared/search';
import { useWord } from '@/i18n/words';
import type { Chip } from '@/ui/Chips';
import { type Matrix, STATES, stateAt, VERDICTS, verdictAt } from './matrix';
import type { MatrixFilters } from './view';

type Set = (patch: Record<string, string | undefined>) => void;

export function MatrixFilterFields({ filters, search, set, matrix }: { filters: MatrixFilters; search: Search; set: Set; matrix: Matrix }) {
  const { t } = useTranslation();
  return (
    <div className="page-head">
      <SearchBox value={search.q ?? ''} onSearch={(q) => set({ q: q || undefined })} placeholder={t('matrix.search')} width={190} />
      <ChooseWord
        group="domain"
        codes={DOMAINS}
        label={t('field.domain')}
        className="filter wide-filter"
        value={filters.domain ?? null}
        onChange={(v?: string) => set({ domain: v })}
      />
      <ChooseWord
        group="verdict"
        codes={VERDICTS}
        label={t('field.verdict')}
        className="filter wide-filter"
        mode="multiple"
        maxTagCount="responsive"
        value={[...filters.verdicts]}
        onChange={(v: string[]) => set({ verdict: v.join(',') || undefined })}
      />
      <ChooseWord
        group="cellState"
        codes={STATES}
        label={t('field.cell_state')}
        className="filter wide-filter"
        mode="multiple"
        maxTagCount="responsive"
        value={[...filters.states]}
        onChange={(v: string[]) => set({ state: v.join(',') || undefined })}
      />
      <ChooseWord
        group="objectType"
        codes={OBJECT_TYPES}
        label={t('field.object_type')}
        className="filter"
        value={filters.objectType ?? null}
        onChange={(v?: string) => set({ object_type: v })}
      />
      <span className="grow" />
      <Counts matrix={matrix} set={set} />
    </div>
  );
}

/** What still waits for a person; each count is a filter. */
function Counts({ matrix, set }: { matrix: Matrix; set: Set }) {
  const { t } = useTranslation();
  const { proposed, unanswered } = useMemo(() => {
    let proposed = 0;
    let unanswered = 0;
    matrix.objects.forEach((_, o) => {
      matrix.requirements.forEach((_, r) => {
        if (stateAt(matrix, r, o) === 'proposed') proposed += 1;
        if (verdictAt(matrix, r, o) === 'unanswered') unanswered += 1;
      });
    });
    return { proposed, unanswered };
  }, [matrix]);
  return (
    <span className="row num nowrap">
      <button type="button" className="link-button" onClick={() => set({ state: 'proposed', verdict: undefined })}>
        {t('matrix.waiting', { n: proposed })}
      </button>
      <span className="sub">·</span>
      <button type="button" className="link-button" onClick={() => set({ verdict: 'unanswered', state: undefined })}>
        {t('matrix.unanswered', { n: unanswered })}
      </button>
    </span>
  );
}

export function useMatrixChips(filters: MatrixFilters, set: Set): Chip[] {
  const { t } = useTranslation();
  const word = useWord();
  const chips: Chip[] = [];
  const add = (key: string, label: string, value: string) => chips.push({ key, label, value, onRemove: () => set({ [key]: undefined }) });
  if (filters.domain) add('domain', t('field.domain'), word('domain', filters.domain));
  if (filters.verdicts.length > 0) add('verdict', t('field.verdict'), filters.verdicts.map((v) => word('verdict', v)).join('、'));
  if (filters.states.length > 0) add('state', t('field.cell_state'), filters.states.map((s) => word('cellState', s)).join('、'));
  if (filters.objectType) add('object_type', t('field.object_type'), word('objectType', filters.objectType));
  return chips;
}
