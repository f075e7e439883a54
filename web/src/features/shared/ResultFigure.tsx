import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { formatRate, formatScore } from '@/i18n/format';
import { Meter } from '@/ui/Meter';
import { marksOf, positionOf, toneOf } from './domain';

type Result = Pick<Schemas['ResultSummary'], 'template' | 'rate' | 'score' | 'conclusion'>;

/** The rate or the score, as the template counts. */
export const figureOf = (result: Result, digits = 1) =>
  result.template === '2025' ? formatRate(result.rate, digits) : formatScore(result.score);

/** The figure on a bar with the template's thresholds. */
export function ResultMeter({ result, tall = false, showMarks = true }: { result: Result; tall?: boolean; showMarks?: boolean }) {
  const { t } = useTranslation();
  const tone = toneOf('conclusion', result.conclusion);
  return (
    <Meter
      value={positionOf(result)}
      marks={marksOf(result.template)}
      tone={tone === 'accent' ? 'warn' : tone}
      tall={tall}
      showMarks={showMarks}
      label={t(result.template === '2025' ? 'result.rateIs' : 'result.scoreIs', { n: figureOf(result) })}
    />
  );
}

/** Hazards as the report counts them: as found, with those resolved since in brackets. */
export function useHazardText() {
  const { t } = useTranslation();
  return (found: number, resolved: number) =>
    resolved > 0 ? t('result.hazardsResolved', { n: found, resolved }) : t('result.hazards', { n: found });
}

/** How far the next conclusion is. */
export function useNextText() {
  const { t } = useTranslation();
  return (result: Schemas['ResultSummary']) =>
    result.next_at === null || result.next_items === null
      ? t(result.conclusion === 'compliant' || result.conclusion === 'excellent' ? 'result.atTop' : 'result.heldByHazards')
      : t('result.toNext', {
          at: result.template === '2025' ? formatRate(result.next_at, 0) : formatScore(result.next_at),
          n: result.next_items,
        });
}
