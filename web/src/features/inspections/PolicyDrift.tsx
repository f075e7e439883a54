import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n/words';
import { Pill, type Tone } from '@/ui/Pill';
import { ActionPill } from './ActionPill';
import { aspectText, type FactRule, type RuleChange, type RuleWords, ruleLine, type SetChange } from './policyDrift';

const TONES: Record<RuleChange['kind'], Tone> = { added: 'info', removed: 'mute', changed: 'accent', moved: 'mute' };

/** What changed of the rules of a device, rule by rule. */
export function PolicyDrift({ sets }: { sets: readonly SetChange[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const words = useMemo<RuleWords>(
    () => ({
      any: t('firewall.any'),
      yes: t('policyDrift.yes'),
      no: t('policyDrift.no'),
      none: t('policyDrift.none'),
      action: (code) => word('policyAction', code),
    }),
    [t, word],
  );
  return sets.map((set) => (
    <div key={set.name} className="policy-drift">
      <h4>
        <span className="mono">{set.name}</span> <span className="sub small">{t(`policyDrift.set.${set.kind}`)}</span>
      </h4>
      <ul className="plain changes">
        {set.fallback && (
          <li className="row wrap">
            <b>{t('policyDrift.fallback')}</b>
            {words.action(set.fallback.before)} → <b>{words.action(set.fallback.after)}</b>
          </li>
        )}
        {set.rules.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one answer never change place
          <li key={index}>
            <Change change={change} words={words} />
          </li>
        ))}
        {set.rules.length === 0 && !set.fallback && <li className="sub">{t('policyDrift.sameRules')}</li>}
      </ul>
    </div>
  ));
}

function Change({ change, words }: { change: RuleChange; words: RuleWords }) {
  const { t } = useTranslation();
  const rule: FactRule = change.kind === 'changed' ? change.after : change.rule;
  return (
    <>
      <div className="row wrap">
        <Pill tone={TONES[change.kind]}>{t(`policyDrift.rule.${change.kind}`)}</Pill>
        <b>{t('firewall.ruleNamed', { name: rule.name })}</b>
        {change.kind === 'moved' && <span className="sub num">{t('policyDrift.places', { from: change.from, to: change.to })}</span>}
        {(change.kind === 'added' || change.kind === 'removed') && <ActionPill action={rule.action === 'permit' ? 'permit' : 'deny'} />}
      </div>
      {change.kind === 'changed' ? (
        <dl className="policy-aspects">
          {change.aspects.map((aspect) => (
            <div key={aspect}>
              <dt>{t(`policyDrift.aspect.${aspect}`)}</dt>
              <dd>
                <del>{aspectText(change.before, aspect, words)}</del> → <ins>{aspectText(change.after, aspect, words)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        change.kind !== 'moved' && <div className="mono small sub prewrap">{ruleLine(rule, words)}</div>
      )}
    </>
  );
}
