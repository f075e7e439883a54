import { ArrowLeftOutlined, DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { assessmentQuery, catalogueQuery } from '@/features/shared/lists';
import { files, paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { figureOf, useNextText } from '@/features/shared/ResultFigure';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { WordPill } from '@/features/shared/WordPill';
import { useWord } from '@/i18n/words';
import { Chips } from '@/ui/Chips';
import { PageHead } from '@/ui/PageHead';
import { Bones, EmptyState } from '@/ui/states';
import { BulkBar } from './BulkBar';
import { MatrixFilterFields, useMatrixChips } from './MatrixFilters';
import { MatrixGrid } from './MatrixGrid';
import type { CellWords } from './MatrixRow';
import { cellText, type Matrix, parseCell, STATES, VERDICTS } from './matrix';
import { matrixQuery } from './queries';
import { NONE, type Selection, sizeOf } from './selection';
import { matrixFilters, viewOf } from './view';

const CellDrawer = lazy(async () => ({ default: (await import('./CellDrawer')).CellDrawer }));

export function MatrixPage() {
  const { t } = useTranslation();
  const may = useMay();
  const id = numberOf((useParams({ strict: false }) as { id?: string }).id) ?? 0;
  const assessment = useQuery(assessmentQuery(id));
  const matrix = useQuery(matrixQuery(id));
  const next = useNextText();
  const a = assessment.data;
  const error = assessment.error ?? matrix.error;
  return (
    <div className="page">
      <PageHead
        before={
          <Link href={paths.assessment(id)} label={t('matrix.back')}>
            <ArrowLeftOutlined />
          </Link>
        }
        title={a ? `${a.system_name} · ${t('matrix.title')}` : t('matrix.title')}
        note={a?.name}
      >
        {a && (
          <Link href={paths.assessment(id)} className="row mini-result" title={next(a.result)}>
            <WordPill group="conclusion" code={a.result.conclusion} />
            <b className="num">{figureOf(a.result)}</b>
            <span className="sub small">{next(a.result)}</span>
          </Link>
        )}
        {may('report.export') && (
          <Button icon={<DownloadOutlined />} href={files.items(id)} download>
            {t('matrix.export')}
          </Button>
        )}
      </PageHead>
      {error ? (
        <ErrorState
          error={error}
          onRetry={() => {
            void assessment.refetch();
            void matrix.refetch();
          }}
        />
      ) : a && matrix.data ? (
        <Body assessment={a} matrix={matrix.data} />
      ) : (
        <div className="card fill">
          <Bones lines={16} />
        </div>
      )}
    </div>
  );
}

function useCellWords(): CellWords {
  const word = useWord();
  return useMemo(
    () => ({
      short: Object.fromEntries(VERDICTS.map((v) => [v, word('verdictShort', v)])) as CellWords['short'],
      verdict: Object.fromEntries(VERDICTS.map((v) => [v, word('verdict', v)])) as CellWords['verdict'],
      state: Object.fromEntries(STATES.map((s) => [s, word('cellState', s)])) as CellWords['state'],
    }),
    [word],
  );
}

function Body({ assessment, matrix }: { assessment: Schemas['Assessment']; matrix: Matrix }) {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const [selection, setSelection] = useState<Selection>(NONE);
  const words = useCellWords();
  const { data: catalogue } = useQuery({ ...catalogueQuery(assessment.grade, assessment.extensions), staleTime: Number.POSITIVE_INFINITY });
  const { q, domain, verdict, state, object_type } = search;
  const filters = useMemo(
    () => matrixFilters({ q: q ?? '', domain: domain ?? '', verdict: verdict ?? '', state: state ?? '', object_type: object_type ?? '' }),
    [q, domain, verdict, state, object_type],
  );
  const view = useMemo(
    () => viewOf(matrix, catalogue?.items ?? [], assessment.objects, filters),
    [matrix, catalogue, assessment.objects, filters],
  );
  const open = useMemo(() => parseCell(search.cell), [search.cell]);
  const chips = useMatrixChips(filters, set);
  const reset = () => set({ q: undefined, domain: undefined, verdict: undefined, state: undefined, object_type: undefined });
  const objects = useMemo(() => new Map(assessment.objects.map((o) => [o.id, o])), [assessment.objects]);
  return (
    <>
      <MatrixFilterFields filters={filters} search={search} set={set} matrix={matrix} />
      <Chips chips={chips} onReset={reset} />
      <div className={`card fill mx-card${open ? ' beside' : ''}`}>
        {view.lines.length === 0 ? (
          <EmptyState
            title={t(chips.length > 0 || q ? 'common.nothingFound' : 'matrix.empty')}
            hint={t(chips.length > 0 || q ? 'common.nothingFoundHint' : 'matrix.emptyHint')}
          >
            {chips.length > 0 || q ? (
              <Button onClick={reset}>{t('common.resetFilters')}</Button>
            ) : (
              <Link href={paths.assets({ system_id: assessment.system_id })}>{t('matrix.toAssets')}</Link>
            )}
          </EmptyState>
        ) : (
          <MatrixGrid
            matrix={matrix}
            view={view}
            filters={filters}
            selection={selection}
            onSelect={setSelection}
            open={open}
            onOpen={(cell) => set({ cell: cell && cellText(cell) })}
            words={words}
          />
        )}
      </div>
      {sizeOf(selection) > 0 ? (
        <BulkBar assessment={assessment} matrix={matrix} selection={selection} onClear={() => setSelection(NONE)} />
      ) : (
        <Legend words={words} />
      )}
      {open && (
        <Suspense fallback={null}>
          <CellDrawer assessment={assessment} cell={open} object={objects.get(open.asset_id)} onClose={() => set({ cell: undefined })} />
        </Suspense>
      )}
    </>
  );
}

function Legend({ words }: { words: CellWords }) {
  const { t } = useTranslation();
  const sample = (state: string, label: string) => (
    <li key={state}>
      <span className={`mx-cell compliant s-${state}`} aria-hidden="true">
        <span>{words.short.compliant}</span>
      </span>
      {label}
    </li>
  );
  return (
    <ul className="plain mx-legend" aria-label={t('matrix.legend')}>
      {sample('proposed', t('matrix.legendProposed'))}
      {sample('confirmed', t('matrix.legendConfirmed'))}
      {sample('overruled', t('matrix.legendOverruled'))}
      {sample('reopened', t('matrix.legendReopened'))}
      <li>{t('matrix.legendKeys')}</li>
    </ul>
  );
}
