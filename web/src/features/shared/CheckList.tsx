import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useText } from '@/i18n/words';
import { EmptyState } from '@/ui/states';
import { CopyButton } from './CopyButton';
import { WordPill } from './WordPill';
import './checks.css';

const ORDER = { fail: 0, unknown: 1, pass: 2, not_applicable: 3 } as const;

/** What the machine looked at: expected against observed, and the exact remedy where it failed. */
export function CheckList({ checks, withRequirements = false }: { checks: readonly Schemas['CheckResult'][]; withRequirements?: boolean }) {
  const { t } = useTranslation();
  const text = useText();
  if (checks.length === 0) return <EmptyState title={t('check.none')} hint={t('check.noneHint')} />;
  const sorted = checks.toSorted((a, b) => ORDER[a.status] - ORDER[b.status]);
  return (
    <ul className="plain checks">
      {sorted.map((check) => (
        <li key={check.check} className={check.status}>
          <details open={check.status === 'fail' || undefined}>
            <summary>
              <WordPill group="check" code={check.status} />
              <span className="check-title">{text(check.title)}</span>
              <span className="sub mono">{check.check}</span>
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
          </details>
        </li>
      ))}
    </ul>
  );
}
