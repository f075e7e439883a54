import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { figureOf, ResultMeter, useHazardText, useNextText } from '@/features/shared/ResultFigure';
import { WordPill } from '@/features/shared/WordPill';
import { formatScore } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';

type Props = { assessment: Schemas['Assessment']; detail: Schemas['ResultDetail'] };
const COUNTS = ['compliant', 'partial', 'noncompliant', 'not_applicable', 'unanswered'] as const;

/** The official result: conclusion, figure, hazards; and from which counts it comes. */
export function Summary({ assessment, detail }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const next = useNextText();
  const hazards = useHazardText();
  const { result } = detail;
  const count = (verdict: (typeof COUNTS)[number]) => (verdict === 'unanswered' ? result.unanswered.length : result[verdict]);
  return (
    <Card className="area-summary">
      <div className="hero">
        <div className="hero-figure">
          <span className="sub">{t(result.template === '2025' ? 'result.rate' : 'result.score')}</span>
          <b className="num">{figureOf(result, 2)}</b>
          <span className="row wrap">
            <WordPill group="conclusion" code={result.conclusion} />
            <span className="sub small">{next(assessment.result)}</span>
          </span>
        </div>
        <div className="hero-side">
          <ResultMeter result={result} tall />
          <ul className="plain hero-counts">
            {COUNTS.map((verdict) => (
              <li key={verdict}>
                <Link href={paths.matrix(assessment.id, { verdict })}>
                  <b className="num">{count(verdict)}</b>
                  <span className="sub small">{word('verdict', verdict)}</span>
                </Link>
              </li>
            ))}
            <li>
              <a href="#hazards">
                <b className={`num${result.hazards.found > result.hazards.resolved ? ' late' : ''}`}>
                  {hazards(result.hazards.found, result.hazards.resolved)}
                </b>
                <span className="sub small">{t('result.hazardsTitle')}</span>
              </a>
            </li>
            {result.technical !== null && result.management !== null && (
              <li>
                <span>
                  <b className="num">
                    {formatScore(result.technical)} + {formatScore(result.management)}
                  </b>
                  <span className="sub small">{t('result.technicalManagement')}</span>
                </span>
              </li>
            )}
          </ul>
          <p className="sub small">{t('result.how', { applicable: result.applicable, items: result.items, out: result.not_applicable })}</p>
        </div>
      </div>
      {result.provisional && <Alert type="warning" showIcon title={t('result.provisional', { n: result.unanswered.length })} />}
      {!detail.weights_official && result.template !== '2025' && <Alert type="warning" showIcon title={t('result.unofficialWeights')} />}
    </Card>
  );
}
