import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useFormat, useListed } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';

/** A requirement in full: what it demands, what satisfies it, and what goes wrong without it. */
export function RequirementDetails({ requirement: r }: { requirement: Schemas['RequirementDetail'] }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const format = useFormat();
  const listed = useListed();
  return (
    <>
      <p className="requirement-text">{text(r.text)}</p>
      <p className="row wrap">
        <Pill tone="info">{word('domain', r.domain)}</Pill>
        <Pill tone="mute">{t('requirement.clause', { clause: r.clause })}</Pill>
        <Pill tone="mute">{word('protectionClass', r.class)}</Pill>
        {r.optional && <Pill tone="mute">{t('requirement.optional')}</Pill>}
        {r.cases.length > 0 && <Pill tone="bad">{t('requirement.highRisk')}</Pill>}
        {r.hazard_triggers.length > 0 && <Pill tone="bad">{t('requirement.hazard')}</Pill>}
      </p>
      {r.measure && (
        <section className="measure">
          <h2 className="part">{t('requirement.measure')}</h2>
          <p>{text(r.measure.text)}</p>
          <dl className="facts">
            <div>
              <dt>{t('field.kind')}</dt>
              <dd>{word('measureKind', r.measure.kind)}</dd>
            </div>
            <div>
              <dt>{t('field.effort')}</dt>
              <dd className="num">{format.effort(r.measure.effort_days)}</dd>
            </div>
            <div>
              <dt>{t('field.cost')}</dt>
              <dd className="num">
                {format.cost(r.measure.cost_cny)} <span className="sub small">{t('unit.estimate')}</span>
              </dd>
            </div>
            <div>
              <dt>{t('field.measure_owner')}</dt>
              <dd>{word('measureOwner', r.measure.owner)}</dd>
            </div>
            <div>
              <dt>{t('field.risk')}</dt>
              <dd>{text(r.measure.risk)}</dd>
            </div>
            <div>
              <dt>{t('field.rollback')}</dt>
              <dd>{text(r.measure.rollback)}</dd>
            </div>
          </dl>
        </section>
      )}
      {r.cases.length > 0 && (
        <section>
          <h2 className="part">{t('requirement.cases')}</h2>
          <dl className="facts">
            {r.cases.map((c) => (
              <div key={c.id}>
                <dt className="num">{c.id}</dt>
                <dd>
                  {text(c.title)}
                  {c.mitigation && <span className="sub small">{t('requirement.mitigation', { text: text(c.mitigation) })}</span>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {r.hazard_triggers.length > 0 && (
        <section>
          <h2 className="part">{t('requirement.hazards')}</h2>
          <dl className="facts">
            {r.hazard_triggers.map((h) => (
              <div key={h.code}>
                <dt className="num">{h.code}</dt>
                <dd>{text(h.title)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section>
        <h2 className="part">{t('requirement.objects')}</h2>
        <p>{listed(r.objects.map((o) => word('objectType', o)))}</p>
      </section>
      {r.checks.length > 0 && (
        <section>
          <h2 className="part">{t('requirement.checks')}</h2>
          <ul>
            {r.checks.map((c) => (
              <li key={c.check}>
                {text(c.title)} <span className="sub mono">{c.check}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
