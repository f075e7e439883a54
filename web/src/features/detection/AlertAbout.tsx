import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useText } from '@/i18n/words';
import { RuleNotes } from './RuleNotes';
import type { AlertDetail } from './types';

/** What the rule is for, when it errs, which clauses it serves and what to do when it fires. */
export function AlertAbout({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <>
      <p className="requirement-text">{text(alert.description) || t('detection.noDescription')}</p>
      <RuleNotes notes={alert} />
      <p>
        <Link href={paths.rules({ id: alert.rule })}>{t('alert.openRule')}</Link>
      </p>
    </>
  );
}
