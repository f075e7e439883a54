import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useText } from '@/i18n/words';
import type { RuleDetail } from './types';

type Notes = Pick<RuleDetail, 'false_positive_notes' | 'references' | 'requirements' | 'playbook'>;

/** Only a web address may become a link; a rule may hold anything. */
const isAddress = (text: string) => /^https?:\/\/[^\s]+$/.test(text);

/** When the rule errs, which clauses it is evidence for, what answers it, and where more is written. */
export function RuleNotes({ notes }: { notes: Notes }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <>
      {notes.playbook && (
        <section>
          <h2 className="part">{t('detection.playbook')}</h2>
          <p>{notes.playbook}</p>
        </section>
      )}
      {notes.false_positive_notes.length > 0 && (
        <section>
          <h2 className="part">{t('detection.falsePositives')}</h2>
          <ul>
            {notes.false_positive_notes.map((one) => (
              <li key={one.en + one.zh}>{text(one)}</li>
            ))}
          </ul>
        </section>
      )}
      {notes.requirements.length > 0 && (
        <section>
          <h2 className="part">{t('detection.requirements')}</h2>
          <p className="row wrap">
            {notes.requirements.map((clause) => (
              <Link key={clause} className="technique mono" href={paths.catalogue({ q: clause.split(' ')[0] ?? clause })}>
                {clause}
              </Link>
            ))}
          </p>
        </section>
      )}
      {notes.references.length > 0 && (
        <section>
          <h2 className="part">{t('detection.references')}</h2>
          <ul className="references">
            {notes.references.map((one) => (
              <li key={one} className="small">
                {isAddress(one) ? (
                  <a href={one} target="_blank" rel="noreferrer noopener">
                    {one}
                  </a>
                ) : (
                  one
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
