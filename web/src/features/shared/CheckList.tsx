import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { formatDay } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { EmptyState } from '@/ui/states';
import { CopyButton } from './CopyButton';
import { useMay } from './session';
import { WordPill } from './WordPill';
import './checks.css';

const ORDER = { fail: 0, unknown: 1, pass: 2, not_applicable: 3 } as const;
const RANK = { high: 0, medium: 1, low: 2 } as const;

/** What the machine looked at: expected against observed, and the exact remedy where it failed. */
export function CheckList({
  checks,
  withRequirements = false,
  open = false,
  onExcept,
}: {
  checks: readonly Schemas['CheckResult'][];
  withRequirements?: boolean;
  /** Shows the details of all; they close and open by themselves otherwise. */
  open?: boolean;
  /** Offers to live with a failure; only where the session may decide that. */
  onExcept?: (check: Schemas['CheckResult']) => void;
}) {
  const { t } = useTranslation();
  const word = useWord();
  const may = useMay();
  const text = useText();
  if (checks.length === 0) return <EmptyState title={t('check.none')} hint={t('check.noneHint')} />;
  const sorted = checks.toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || RANK[a.severity] - RANK[b.severity]);
  return (
    <ul className="plain checks">
      {sorted.map((check) => (
        <li key={check.check} className={check.status}>
          <details key={String(open)} open={open}>
            <summary>
              <WordPill group="check" code={check.status} />
              <span className="check-title">{text(check.title)}</span>
              {check.status === 'fail' && check.severity === 'high' && <Pill tone="bad">{word('severity', check.severity)}</Pill>}
              {check.exception && (
                <Pill tone="mute" title={check.exception.reason}>
                  {t('exception.until')} {formatDay(check.exception.until)}
                </Pill>
              )}
              <span className="sub mono check-code">{check.check}</span>
              {(check.status === 'fail' || check.status === 'unknown') && check.observed && (
                <span className="check-observed sub small">
                  {t('check.observed')} <span className="mono">{check.observed}</span>
                </span>
              )}
            </summary>
            <dl className="facts">
              <div>
                <dt>{t('check.expected')}</dt>
                <dd className="prewrap">{text(check.expected)}</dd>
              </div>
              <div>
                <dt>{t('check.observed')}</dt>
                <dd className="prewrap mono">{check.observed || t('check.nothing')}</dd>
              </div>
              {check.status !== 'pass' && (
                <div>
                  <dt>{t('check.remedy')}</dt>
                  <dd className="prewrap">
                    {text(check.remedy)} <CopyButton text={text(check.remedy)} />
                  </dd>
                </div>
              )}
              {check.status === 'fail' && check.risk && (
                <div>
                  <dt>{t('check.risk')}</dt>
                  <dd className="prewrap">{text(check.risk)}</dd>
                </div>
              )}
              {check.status === 'unknown' && check.missing.length > 0 && (
                <div>
                  <dt>{t('check.missing')}</dt>
                  <dd className="prewrap mono">{check.missing.join('\n')}</dd>
                </div>
              )}
              {check.exception && (
                <div>
                  <dt>{t('exception.one')}</dt>
                  <dd className="prewrap">{check.exception.reason}</dd>
                </div>
              )}
              {withRequirements && (
                <div>
                  <dt>{t('check.requirements')}</dt>
                  <dd className="code">{check.requirements.join('  ')}</dd>
                </div>
              )}
              <div>
                <dt>{t('check.weight')}</dt>
                <dd>{t(check.sufficient ? 'check.sufficient' : 'check.partial')}</dd>
              </div>
            </dl>
            {onExcept && check.status === 'fail' && !check.exception && may('assessment.judge') && (
              <div className="check-actions">
                <Button size="small" onClick={() => onExcept(check)}>
                  {t('exception.add')}
                </Button>
              </div>
            )}
          </details>
        </li>
      ))}
    </ul>
  );
}
