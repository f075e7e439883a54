import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { CheckList } from '@/features/shared/CheckList';
import { HistoryList } from '@/features/shared/HistoryList';
import { requirementQuery } from '@/features/shared/lists';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { RequirementDetails } from '@/features/shared/RequirementDetails';
import { WordPill } from '@/features/shared/WordPill';
import { formatTime } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { EvidenceList } from './EvidenceList';
import { InterviewForm } from './InterviewForm';
import type { CellRef } from './matrix';
import { OverruleFields } from './OverruleFields';
import { cellQuery, type Decision, useDecide } from './queries';
import './cell.css';

type Props = { assessment: Schemas['Assessment']; cell: CellRef; object: Schemas['AssessmentObject'] | undefined; onClose: () => void };

/** One cell beside the matrix: what is asked, what is known, what is proposed, what was decided. */
export function CellDrawer({ assessment, cell, object, onClose }: Props) {
  const text = useText();
  const one = useQuery({ ...cellQuery(assessment.id, cell), placeholderData: (old) => old });
  const requirement = useQuery({ ...requirementQuery(cell.requirement), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Drawer
      open
      onClose={onClose}
      size={560}
      mask={false}
      keyboard
      title={
        <div className="cell-title">
          <span>
            <span className="code">{cell.requirement}</span> {requirement.data ? text(requirement.data.control) : ''}
          </span>
          <span className="sub small">{object ? `${object.name} · ${object.code}` : `#${cell.asset_id}`}</span>
        </div>
      }
    >
      {one.error ? (
        <ErrorState error={one.error} onRetry={() => void one.refetch()} />
      ) : one.data ? (
        <CellBody assessment={assessment} cell={cell} data={one.data} requirement={requirement.data} stale={one.isPlaceholderData} />
      ) : (
        <Bones lines={10} />
      )}
    </Drawer>
  );
}

type BodyProps = {
  assessment: Schemas['Assessment'];
  cell: CellRef;
  data: Schemas['Cell'];
  requirement: Schemas['RequirementDetail'] | undefined;
  stale: boolean;
};

function CellBody({ assessment, cell, data, requirement, stale }: BodyProps) {
  const { t } = useTranslation();
  const failed = data.checks.filter((c) => c.status === 'fail').length;
  const canAnswer = data.allowed_actions.includes('answer');
  return (
    <div aria-busy={stale}>
      <Judgement assessment={assessment} cell={cell} data={data} />
      <Tabs
        destroyOnHidden
        items={[
          {
            key: 'requirement',
            label: t('cell.requirement'),
            children: requirement ? <RequirementDetails requirement={requirement} /> : <Bones lines={5} />,
          },
          {
            key: 'checks',
            label: failed > 0 ? t('cell.checksFailed', { n: failed }) : t('cell.checks', { n: data.checks.length }),
            children: <CheckList checks={data.checks} />,
          },
          {
            key: 'interview',
            label: t('cell.interview'),
            children: (
              <InterviewForm
                key={`${cell.requirement}${cell.asset_id}`}
                assessment={assessment}
                cell={cell}
                items={data.interview}
                readOnly={!canAnswer}
              />
            ),
          },
          { key: 'evidence', label: t('cell.evidence', { n: data.evidence.length }), children: <EvidenceList evidence={data.evidence} /> },
          { key: 'history', label: t('history.title'), children: <HistoryList entries={data.history} /> },
        ]}
      />
    </div>
  );
}

function Judgement({ assessment, cell, data }: Pick<BodyProps, 'assessment' | 'cell' | 'data'>) {
  const { t } = useTranslation();
  const word = useWord();
  const text = useText();
  const decide = useDecide(assessment.id);
  const [dialog, setDialog] = useState<'overrule' | 'reopen' | null>(null);
  const allowed = (action: string) => data.allowed_actions.includes(action);
  const seen = data.proposal ? { ...cell, proposed: data.proposal.verdict } : cell;
  const run = (decision: Decision) => decide.mutate({ cells: [seen], decision }, { onSuccess: () => setDialog(null) });
  return (
    <section className="judgement" aria-label={t('cell.judgement')}>
      <div className="row wrap">
        <WordPill group="verdict" code={data.verdict} />
        <Pill tone={data.state === 'proposed' || data.state === 'reopened' ? 'info' : 'mute'}>{word('cellState', data.state)}</Pill>
        {data.valid_until && <span className="sub small num">{t('cell.validUntil', { at: formatTime(data.valid_until) })}</span>}
      </div>
      {data.decided_by && (
        <p className="sub small">
          {t('cell.decided', { who: data.decided_by, at: formatTime(data.decided_at) })}
          {data.reason ? `：${data.reason}` : ''}
        </p>
      )}
      {data.proposal && (
        <div className="proposal">
          <div className="row">
            <b>{t('cell.proposal')}</b>
            <WordPill group="verdict" code={data.proposal.verdict} />
          </div>
          <ul>
            {data.proposal.reasons.map((reason) => (
              <li key={reason.zh}>{text(reason)}</li>
            ))}
          </ul>
        </div>
      )}
      {!data.proposal && data.verdict === 'unanswered' && <Alert type="info" showIcon title={t('cell.noProposal')} />}
      <div className="row wrap">
        {allowed('confirm') && (
          <Button type="primary" loading={decide.isPending} onClick={() => run({ action: 'confirm' })}>
            {t('cell.confirm')}
          </Button>
        )}
        {allowed('overrule') && <Button onClick={() => setDialog('overrule')}>{t('cell.overrule')}</Button>}
        {allowed('reopen') && <Button onClick={() => setDialog('reopen')}>{t('cell.reopen')}</Button>}
        {data.allowed_actions.length === 0 && (
          <span className="sub small">{t(assessment.state === 'open' ? 'matrix.mayNotJudge' : 'matrix.closed')}</span>
        )}
      </div>
      <ReasonDialog
        open={dialog === 'overrule'}
        title={t('cell.overrule')}
        hint={t('matrix.overruleHint')}
        busy={decide.isPending}
        onCancel={() => setDialog(null)}
        onSubmit={(v: Pick<Decision, 'verdict' | 'reason'>) => run({ action: 'overrule', ...v })}
      >
        <OverruleFields />
      </ReasonDialog>
      <ReasonDialog
        open={dialog === 'reopen'}
        title={t('cell.reopen')}
        hint={t('matrix.reopenHint')}
        busy={decide.isPending}
        onCancel={() => setDialog(null)}
        onSubmit={(v: Pick<Decision, 'reason'>) => run({ action: 'reopen', ...v })}
      />
    </section>
  );
}
