import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { catalogueQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { formatRate, formatScore, useFormat } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill } from '@/ui/Pill';
import { EmptyState } from '@/ui/states';
import { gainText } from './figures';

type Props = { assessment: Schemas['Assessment']; detail: Schemas['ResultDetail'] };

/** The cheapest way over each threshold not reached yet. */
export function Thresholds({ assessment, detail }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const ahead = detail.thresholds.filter((x) => !x.reached).toSorted((a, b) => a.at - b.at);
  const [chosen, setChosen] = useState(0);
  const threshold = ahead[Math.min(chosen, ahead.length - 1)];
  const at = (x: Schemas['Threshold']) => (assessment.template === '2025' ? formatRate(x.at, 0) : formatScore(x.at));
  return (
    <Card
      className="area-next"
      title={t('result.way')}
      extra={
        ahead.length > 1 && (
          <span className="row">
            {ahead.map((x, i) => (
              <button key={x.conclusion} type="button" className="link-button" aria-pressed={threshold === x} onClick={() => setChosen(i)}>
                <Pill tone={threshold === x ? 'info' : 'mute'}>
                  {word('conclusion', x.conclusion)} {at(x)}
                </Pill>
              </button>
            ))}
          </span>
        )
      }
    >
      {threshold ? (
        <Way assessment={assessment} threshold={threshold} at={at(threshold)} />
      ) : (
        <EmptyState title={t('result.atTop')} hint={t('result.atTopHint')} />
      )}
    </Card>
  );
}

function Way({ assessment, threshold, at }: { assessment: Schemas['Assessment']; threshold: Schemas['Threshold']; at: string }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const format = useFormat();
  const { data: catalogue } = useQuery({ ...catalogueQuery(assessment.grade, assessment.extensions), staleTime: Number.POSITIVE_INFINITY });
  const controls = new Map(catalogue?.items.map((r) => [r.id, r]));
  return (
    <>
      <p>
        {t('result.wayText', { n: threshold.items_needed, at, conclusion: word('conclusion', threshold.conclusion) })}
        <span className="sub way-sum">
          {t('result.waySum', { effort: format.effort(threshold.effort_days), cost: format.cost(threshold.cost_cny) })}
        </span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="scroll-box" tabIndex={0} aria-label={t('result.steps')}>
        <table className="tbl">
          <thead>
            <tr>
              <th>{t('field.requirement')}</th>
              <th className="end">{t('result.gain')}</th>
              <th className="end">{t('field.effort')}</th>
              <th className="end">{t('field.cost')}</th>
            </tr>
          </thead>
          <tbody>
            {threshold.cheapest.map((step) => (
              <tr key={step.requirement} className="link">
                <td>
                  <Link href={paths.matrix(assessment.id, { q: step.requirement })}>
                    <span className="code">{step.requirement}</span> {text(controls.get(step.requirement)?.control)}
                  </Link>
                </td>
                <td className="end num nowrap">{gainText(step.points, assessment.template)}</td>
                <td className="end num nowrap">{format.effort(step.effort_days)}</td>
                <td className="end num nowrap">{format.cost(step.cost_cny)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="sub small">{t('unit.estimateNote')}</p>
    </>
  );
}
