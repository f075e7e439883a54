import { useQuery } from '@tanstack/react-query';
import { Drawer, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ChooseWord } from '@/features/shared/choices';
import { DOMAINS, EXTENSIONS } from '@/features/shared/domain';
import { catalogueQuery, requirementQuery } from '@/features/shared/lists';
import { ErrorState } from '@/features/shared/problems';
import { RequirementDetails } from '@/features/shared/RequirementDetails';
import { SearchBox } from '@/features/shared/SearchBox';
import { useSearchState, wordsOf } from '@/features/shared/search';
import { useShownOf } from '@/features/shared/useShownOf';
import { useText, useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';

type Requirement = Schemas['Requirement'];
type Row = Requirement & { index: number };
const keyOf = (r: Row) => r.index;
const GRADES = ['S3A3', 'S3A2', 'S2A3', 'S2A2', 'S1A1', 'S4A4'];

export function CataloguePage() {
  const { t } = useTranslation();
  const shownOf = useShownOf();
  const text = useText();
  const [search, set] = useSearchState();
  const grade = GRADES.find((g) => g === search.grade) ?? 'S3A3';
  const extensions = wordsOf(search.ext).filter((e) => (EXTENSIONS as readonly string[]).includes(e));
  const { data, error, isPending, refetch } = useQuery({
    ...catalogueQuery({ s: Number(grade[1]), a: Number(grade[3]) }, extensions),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const domain = DOMAINS.find((d) => d === search.domain);
  const q = (search.q ?? '').toLowerCase();
  const rows = useMemo(
    () =>
      (data?.items ?? [])
        .filter(
          (r) =>
            (!domain || r.domain === domain) && (!q || `${r.id} ${r.clause} ${text(r.control)} ${text(r.text)}`.toLowerCase().includes(q)),
        )
        .map((r, index) => ({ ...r, index })),
    [data, domain, q, text],
  );
  const columns = useColumns();
  return (
    <div className="page">
      <PageHead title={t('nav.catalogue')} note={data && shownOf(rows.length, data.total)}>
        <SearchBox value={search.q ?? ''} onSearch={(v) => set({ q: v || undefined })} placeholder={t('catalogue.search')} />
        <ChooseWord
          group="domain"
          codes={DOMAINS}
          label={t('field.domain')}
          className="filter wide-filter"
          value={domain ?? null}
          onChange={(v?: string) => set({ domain: v })}
        />
        <Select
          aria-label={t('field.grade')}
          className="small-filter"
          value={grade}
          onChange={(v) => set({ grade: v === 'S3A3' ? undefined : v })}
          options={GRADES.map((g) => ({ value: g, label: g }))}
        />
        <ChooseWord
          group="extension"
          codes={EXTENSIONS}
          label={t('field.extensions')}
          className="filter wide-filter"
          mode="multiple"
          maxTagCount="responsive"
          value={extensions}
          onChange={(v: string[]) => set({ ext: v.join(',') || undefined })}
        />
      </PageHead>
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={14} />
        ) : (
          <DataGrid
            label={t('nav.catalogue')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={keyOf}
            openKey={rows.find((r) => r.id === search.id)?.index}
            onOpen={(r) => set({ id: r.id })}
            empty={<EmptyState title={t('common.nothingFound')} hint={t('common.nothingFoundHint')} />}
          />
        )}
      </div>
      <p className="sub small">{t('catalogue.note')}</p>
      <RequirementDrawer id={search.id} onClose={() => set({ id: undefined })} />
    </div>
  );
}

function useColumns(): GridColumn<Row>[] {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  return useMemo(
    () => [
      { key: 'id', title: t('field.code'), width: 108, fixed: true, render: (r) => <span className="code">{r.id}</span> },
      { key: 'clause', title: t('catalogue.clause'), width: 100, render: (r) => <span className="num">{r.clause}</span> },
      { key: 'domain', title: t('field.domain'), width: 124, render: (r) => word('domain', r.domain) },
      { key: 'control', title: t('field.control'), width: 150, render: (r) => text(r.control) },
      { key: 'text', title: t('field.text'), width: 320, grow: true, render: (r) => <span title={text(r.text)}>{text(r.text)}</span> },
      { key: 'class', title: t('catalogue.class'), width: 60, render: (r) => r.class },
      {
        key: 'marks',
        title: t('catalogue.marks'),
        width: 170,
        render: (r) => (
          <span className="row">
            {r.high_risk_cases.length > 0 && <Pill tone="bad">{t('requirement.highRisk')}</Pill>}
            {r.hazards.length > 0 && <Pill tone="bad">{t('requirement.hazardShort')}</Pill>}
            {r.optional && <Pill tone="mute">{t('requirement.optional')}</Pill>}
          </span>
        ),
      },
    ],
    [t, text, word],
  );
}

function RequirementDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const text = useText();
  const { data, error, refetch } = useQuery({
    ...requirementQuery(id ?? ''),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      size={540}
      mask={false}
      title={data ? `${data.id} ${text(data.control)}` : (id ?? '')}
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <RequirementDetails requirement={data} />
      ) : (
        <Bones lines={8} />
      )}
    </Drawer>
  );
}
