import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { type CellRef, type Matrix, stateAt, verdictAt } from './matrix';
import { OverruleFields } from './OverruleFields';
import { type Decision, useDecide } from './queries';
import type { Selection } from './selection';

type Props = { assessment: Schemas['Assessment']; matrix: Matrix; selection: Selection; onClear: () => void };

/** What is chosen, and what can be done with all of it at once. */
export function BulkBar({ assessment, matrix, selection, onClear }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const decide = useDecide(assessment.id);
  const [dialog, setDialog] = useState<'overrule' | 'reopen' | null>(null);
  const { cells, proposed, decided } = useMemo(() => summary(matrix, selection), [matrix, selection]);
  const run = (decision: Decision, only: CellRef[]) =>
    decide.mutate(
      { cells: only, decision },
      {
        onSuccess: () => {
          setDialog(null);
          onClear();
        },
      },
    );
  const open = assessment.state === 'open' && may('assessment.judge');
  return (
    <section className="mx-bulk" aria-label={t('matrix.bulk')}>
      <b className="num" aria-live="polite">
        {t('matrix.chosen', { n: cells.length })}
      </b>
      <span className="sub num">{t('matrix.chosenProposed', { n: proposed.length })}</span>
      <span className="grow" />
      {open ? (
        <>
          <Button
            type="primary"
            disabled={proposed.length === 0}
            loading={decide.isPending}
            onClick={() => run({ action: 'confirm' }, proposed)}
          >
            {t('matrix.confirmN', { n: proposed.length })}
          </Button>
          <Button onClick={() => setDialog('overrule')}>{t('matrix.overruleN', { n: cells.length })}</Button>
          <Button disabled={decided.length === 0} onClick={() => setDialog('reopen')}>
            {t('matrix.reopenN', { n: decided.length })}
          </Button>
        </>
      ) : (
        <span className="sub">{t(assessment.state === 'open' ? 'matrix.mayNotJudge' : 'matrix.closed')}</span>
      )}
      <Button type="text" onClick={onClear}>
        {t('common.clear')}
      </Button>
      <ReasonDialog
        open={dialog === 'overrule'}
        title={t('matrix.overruleN', { n: cells.length })}
        hint={t('matrix.overruleHint')}
        busy={decide.isPending}
        onCancel={() => setDialog(null)}
        onSubmit={(v: Pick<Decision, 'verdict' | 'reason'>) => run({ action: 'overrule', ...v }, cells)}
      >
        <OverruleFields />
      </ReasonDialog>
      <ReasonDialog
        open={dialog === 'reopen'}
        title={t('matrix.reopenN', { n: decided.length })}
        hint={t('matrix.reopenHint')}
        busy={decide.isPending}
        onCancel={() => setDialog(null)}
        onSubmit={(v: Pick<Decision, 'reason'>) => run({ action: 'reopen', ...v }, decided)}
      />
    </section>
  );
}

function summary(matrix: Matrix, selection: Selection) {
  const cells: CellRef[] = [];
  const proposed: CellRef[] = [];
  const decided: CellRef[] = [];
  for (const [row, columns] of selection)
    for (const column of columns) {
      const requirement = matrix.requirements[row];
      const asset_id = matrix.objects[column];
      if (requirement === undefined || asset_id === undefined) continue;
      const cell = { requirement, asset_id };
      const state = stateAt(matrix, row, column);
      cells.push(cell);
      const shown = verdictAt(matrix, row, column);
      if (state === 'proposed' && shown && shown !== 'unanswered') proposed.push({ ...cell, proposed: shown });
      if (state === 'confirmed' || state === 'overruled') decided.push(cell);
    }
  return { cells, proposed, decided };
}
