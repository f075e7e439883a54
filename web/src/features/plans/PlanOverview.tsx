import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { TASK_STATES } from '@/features/shared/domain';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { figureOf, ResultMeter, useHazardText } from '@/features/shared/ResultFigure';
import { WordPill } from '@/features/shared/WordPill';
import { today, useFormat } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Meter } from '@/ui/Meter';
import { overdue } from './tasks';
import './plan.css';

/** What the plan is to bring, what it takes, and how far it is. */
export function PlanOverview({ plan }: { plan: Schemas['Plan'] }) {
  const { t } = useTranslation();
  return (
    <div className="plan-overview">
      <Result title={t('plan.currentResult')} result={plan.current} className="area-current" />
      <Result title={t('plan.expectedResult')} result={plan.expected} className="area-expected" />
      <Effort plan={plan} />
      <Phases plan={plan} />
    </div>
  );
}

function Result({ title, result, className }: { title: string; result: Schemas['ResultSummary']; className: string }) {
  const { t } = useTranslation();
  const hazards = useHazardText();
  return (
    <Card title={title} className={className}>
      <div className="plan-result">
        <span className="row">
          <b className="num">{figureOf(result)}</b>
          <WordPill group="conclusion" code={result.conclusion} />
        </span>
        <ResultMeter result={result} tall />
        <span className="sub small">
          {t('plan.counts', { compliant: result.compliant, applicable: result.applicable })} · {t('result.hazardsTitle')}{' '}
          {hazards(result.hazards_found, result.hazards_resolved)}
        </span>
      </div>
    </Card>
  );
}

function Effort({ plan }: { plan: Schemas['Plan'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const late = plan.tasks.filter((k) => overdue(k, today())).length;
  const count = (state: (typeof TASK_STATES)[number]) => plan.tasks.filter((k) => k.state === state).length;
  return (
    <Card title={t('plan.progress')} className="area-effort">
      <Meter
        value={plan.tasks.length ? count('done') / plan.tasks.length : 0}
        tone="good"
        tall
        label={t('plan.doneOf', { done: count('done'), all: plan.tasks.length })}
      />
      <ul className="plain plan-states">
        {TASK_STATES.map((state) => (
          <li key={state}>
            <Link href={paths.plan(plan.id, { tab: 'tasks', state })}>
              <WordPill group="task" code={state} /> <b className="num">{count(state)}</b>
            </Link>
          </li>
        ))}
        <li>
          <Link href={paths.plan(plan.id, { tab: 'tasks', state: 'overdue' })}>
            <span className="sub">{t('plan.overdue')}</span> <b className={`num${late ? ' late' : ''}`}>{late}</b>
          </Link>
        </li>
      </ul>
      <dl className="facts">
        <div>
          <dt>{t('plan.dates')}</dt>
          <dd className="num">{`${plan.starts_on} – ${plan.ends_on}`}</dd>
        </div>
        <div>
          <dt>{t('field.effort')}</dt>
          <dd className="num">{format.effort(plan.effort_days)}</dd>
        </div>
        <div>
          <dt>{t('field.cost')}</dt>
          <dd className="num">
            {format.cost(plan.cost_cny)} <span className="sub small">{t('unit.estimate')}</span>
          </dd>
        </div>
      </dl>
    </Card>
  );
}

function Phases({ plan }: { plan: Schemas['Plan'] }) {
  const { t } = useTranslation();
  const text = useText();
  const format = useFormat();
  return (
    <Card title={t('plan.phases')} className="area-phases flush">
      <table className="tbl">
        <thead>
          <tr>
            <th>{t('plan.phase')}</th>
            <th>{t('plan.dates')}</th>
            <th>{t('plan.done')}</th>
            <th className="end">{t('field.cost')}</th>
          </tr>
        </thead>
        <tbody>
          {plan.phases.map((phase) => {
            const tasks = plan.tasks.filter((k) => k.phase === phase.code);
            const done = tasks.filter((k) => k.state === 'done').length;
            return (
              <tr key={phase.code}>
                <td className="strong">{text(phase.name)}</td>
                <td className="num">{`${phase.starts_on} – ${phase.ends_on}`}</td>
                <td className="phase-done">
                  <span className="row">
                    <span className="grow">
                      <Meter
                        value={tasks.length ? done / tasks.length : 0}
                        tone="good"
                        label={t('plan.doneOf', { done, all: tasks.length })}
                      />
                    </span>
                    <span className="sub num">{`${done} / ${tasks.length}`}</span>
                  </span>
                </td>
                <td className="end num">{format.cost(phase.cost_cny)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}
