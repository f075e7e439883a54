import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Choose, ChooseWord } from '@/features/shared/choices';
import { SEVERITIES, TASK_STATES } from '@/features/shared/domain';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useShownOf } from '@/features/shared/useShownOf';
import { useWordPill } from '@/features/shared/WordPill';
import { today, useFormat } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { EmptyState } from '@/ui/states';
import { overdue, tasksOf } from './tasks';

type Task = Schemas['Task'];
const keyOf = (k: Task) => k.id;

export function TaskTable({ plan }: { plan: Schemas['Plan'] }) {
  const { t } = useTranslation();
  const shownOf = useShownOf();
  const text = useText();
  const [search, set] = useSearchState();
  const q = (search.q ?? '').toLowerCase();
  const rows = useMemo(
    () =>
      tasksOf(plan.tasks, search.state, today()).filter(
        (k) =>
          (!search.phase || k.phase === search.phase) &&
          (!search.severity || k.severity === search.severity) &&
          (!q || `${k.requirement} ${text(k.title)} ${k.owner_name ?? ''} ${k.department_name ?? ''}`.toLowerCase().includes(q)),
      ),
    [plan.tasks, search.state, search.phase, search.severity, q, text],
  );
  const columns = useColumns(plan);
  const word = useWord();
  const reset = () => set({ q: undefined, state: undefined, phase: undefined, severity: undefined });
  return (
    <>
      <div className="page-head">
        <span className="sub num" aria-live="polite">
          {shownOf(rows.length, plan.tasks.length)}
        </span>
        <span className="grow" />
        <SearchBox value={search.q ?? ''} onSearch={(v) => set({ q: v || undefined })} placeholder={t('task.search')} />
        <Choose
          label={t('plan.phase')}
          className="filter wide-filter"
          value={search.phase ?? null}
          onChange={(v?: string) => set({ phase: v })}
          options={plan.phases.map((p) => ({ value: p.code, label: text(p.name) }))}
        />
        <Choose
          label={t('field.state')}
          className="filter"
          value={search.state ?? null}
          onChange={(v?: string) => set({ state: v })}
          options={[
            ...TASK_STATES.map((s) => ({ value: s as string, label: word('taskState', s) })),
            { value: 'overdue', label: t('plan.overdue') },
          ]}
        />
        <ChooseWord
          group="severity"
          codes={SEVERITIES}
          label={t('field.severity')}
          className="filter small-filter"
          value={search.severity ?? null}
          onChange={(v?: string) => set({ severity: v })}
        />
      </div>
      <div className="card fill">
        <DataGrid
          label={t('plan.tab.tasks')}
          columns={columns}
          count={rows.length}
          rowAt={(i) => rows[i]}
          rowKey={keyOf}
          openKey={numberOf(search.task)}
          onOpen={(k) => set({ task: String(k.id) })}
          empty={
            <EmptyState
              title={t(plan.tasks.length === 0 ? 'task.none' : 'common.nothingFound')}
              hint={t(plan.tasks.length === 0 ? 'task.noneHint' : 'common.nothingFoundHint')}
            >
              {plan.tasks.length > 0 && <Button onClick={reset}>{t('common.resetFilters')}</Button>}
            </EmptyState>
          }
        />
      </div>
    </>
  );
}

function useColumns(plan: Schemas['Plan']): GridColumn<Task>[] {
  const { t } = useTranslation();
  const pill = useWordPill();
  const text = useText();
  const word = useWord();
  const format = useFormat();
  return useMemo(() => {
    const phases = new Map(plan.phases.map((p) => [p.code, p.name]));
    const day = today();
    return [
      {
        key: 'requirement',
        title: t('field.requirement'),
        width: 108,
        fixed: true,
        render: (k) => <span className="code">{k.requirement}</span>,
      },
      { key: 'title', title: t('task.title'), width: 180, grow: true, render: (k) => <span title={text(k.title)}>{text(k.title)}</span> },
      { key: 'severity', title: t('field.severity'), width: 82, render: (k) => pill('severity', k.severity) },
      { key: 'phase', title: t('plan.phase'), width: 104, wide: 160, render: (k) => text(phases.get(k.phase)) },
      { key: 'kind', title: t('field.kind'), width: 84, wide: 104, render: (k) => word('measureKind', k.kind) },
      {
        key: 'owner',
        title: t('field.owner'),
        width: 84,
        render: (k) => k.owner_name ?? <span className="sub">{t('common.unassigned')}</span>,
      },
      { key: 'department', title: t('field.department'), width: 100, render: (k) => k.department_name ?? '—' },
      {
        key: 'due',
        title: t('field.due_on'),
        width: 104,
        render: (k) => <span className={`num${overdue(k, day) ? ' late' : ''}`}>{k.due_on}</span>,
      },
      { key: 'cost', title: t('field.cost'), width: 118, wide: 168, align: 'end', render: (k) => format.cost(k.cost_cny) },
      { key: 'state', title: t('field.state'), width: 100, render: (k) => pill('task', k.state) },
    ];
  }, [pill, plan.phases, t, text, word, format]);
}
