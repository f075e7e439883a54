import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { domainOf } from '@/features/shared/domain';
import { useGo } from '@/features/shared/Link';
import { catalogueQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { useWordPill } from '@/features/shared/WordPill';
import { useText, useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { EmptyState } from '@/ui/states';
import { gainText } from './figures';
import { clausesQuery } from './queries';

type Props = { assessment: Schemas['Assessment']; detail: Schemas['ResultDetail'] };
type Row = { index: number; cost: Schemas['ItemCost']; control: string; text: string; clause: Schemas['Clause'] | undefined };
const keyOf = (row: Row) => row.index;

/** What each item costs the result, dearest first. */
export function Costs({ assessment, detail }: Props) {
  const { t } = useTranslation();
  const go = useGo();
  const text = useText();
  const word = useWord();
  const pill = useWordPill();
  const { data: catalogue } = useQuery({ ...catalogueQuery(assessment.grade, assessment.extensions), staleTime: Number.POSITIVE_INFINITY });
  const { data: clauses } = useQuery(clausesQuery(assessment.id));
  const rows = useMemo(() => {
    const known = new Map(catalogue?.items.map((r) => [r.id, r]));
    const counts = new Map(clauses?.map((c) => [c.id, c]));
    return detail.costs
      .toSorted((a, b) => b.points - a.points)
      .map(
        (cost, index): Row => ({
          index,
          cost,
          control: text(known.get(cost.requirement)?.control),
          text: text(known.get(cost.requirement)?.text),
          clause: counts.get(cost.requirement),
        }),
      );
  }, [detail.costs, catalogue, clauses, text]);
  const columns = useMemo<GridColumn<Row>[]>(
    () => [
      {
        key: 'requirement',
        title: t('field.requirement'),
        width: 108,
        fixed: true,
        render: (r) => <span className="code">{r.cost.requirement}</span>,
      },
      { key: 'verdict', title: t('field.verdict'), width: 128, wide: 140, render: (r) => pill('verdict', r.cost.verdict) },
      { key: 'points', title: t('result.cost'), width: 84, align: 'end', render: (r) => gainText(r.cost.points, assessment.template) },
      { key: 'domain', title: t('field.domain'), width: 120, wide: 176, render: (r) => word('domain', domainOf(r.cost.requirement)) },
      {
        key: 'text',
        title: t('field.text'),
        width: 220,
        grow: true,
        render: (r) => (
          <span title={r.text}>
            <b>{r.control}</b> <span className="sub">{r.text}</span>
          </span>
        ),
      },
      {
        key: 'objects',
        title: t('result.objects'),
        width: 130,
        render: (r) =>
          r.clause ? (
            <span className="num">
              {t('result.objectCounts', {
                bad: r.clause.partial + r.clause.noncompliant,
                all: r.clause.compliant + r.clause.partial + r.clause.noncompliant + r.clause.unanswered,
              })}
            </span>
          ) : (
            ''
          ),
      },
    ],
    [t, word, pill, assessment.template],
  );
  return (
    <Card className="area-costs flush" title={t('result.costs')} extra={<span className="sub small">{t('result.costsHint')}</span>}>
      <div className="cost-box">
        <DataGrid
          label={t('result.costs')}
          columns={columns}
          count={rows.length}
          rowAt={(i) => rows[i]}
          rowKey={keyOf}
          onOpen={(r) => go(paths.matrix(assessment.id, { q: r.cost.requirement }))}
          empty={<EmptyState title={t('result.noCosts')} />}
        />
      </div>
    </Card>
  );
}
