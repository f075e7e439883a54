import { Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ErrorState } from '@/features/shared/problems';
import { useSearchState } from '@/features/shared/search';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { problemsByRule, ruleText } from './firewall';
import { PolicyChanges } from './PolicyChanges';
import { ReachCard } from './ReachCard';
import './firewall.css';

type Rule = Schemas['PolicyRule'];
type PolicySet = Schemas['PolicySet'];
const keyOf = (rule: Rule) => rule.index + 1;

/** The packet filters of a device: its rules, what is wrong with them, and who reaches what. */
export function FirewallTab({ id, assetId }: { id: number; assetId: number }) {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const { data, error, refetch } = api.useQuery('get', '/api/v1/inspections/{id}/policies', { params: { path: { id } } });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <div className="card">
        <Bones lines={10} />
      </div>
    );
  const policy = data.items.find((one) => one.name === search.policy) ?? data.items[0];
  if (!policy)
    return (
      <div className="card">
        <EmptyState title={t('firewall.none')} hint={t('firewall.noneHint')} />
      </div>
    );
  return (
    <>
      <ReachCard id={id} sets={data.items} />
      <RulesCard sets={data.items} policy={policy} onPolicy={(name) => set({ policy: name })} />
      <PolicyChanges id={id} assetId={assetId} />
    </>
  );
}

function RulesCard({ sets, policy, onPolicy }: { sets: readonly PolicySet[]; policy: PolicySet; onPolicy: (name: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const [open, setOpen] = useState<number | undefined>();
  const problems = useMemo(() => problemsByRule(policy.findings), [policy.findings]);
  const columns = useRuleColumns(problems);
  const chosen = policy.rules.find((rule) => keyOf(rule) === open);
  const ofSet = problems.get(null) ?? [];
  return (
    <Card
      className="flush rules-card"
      title={t('firewall.rules', { n: policy.rules.length })}
      extra={
        <Select
          aria-label={t('firewall.policy')}
          className="policy-choice"
          value={policy.name}
          onChange={onPolicy}
          showSearch={{ optionFilterProp: 'label' }}
          options={sets.map((one) => ({ value: one.name, label: `${one.name}　${t('firewall.problems', { n: one.findings.length })}` }))}
        />
      }
    >
      <div className="row wrap rules-head">
        <span className="sub">
          {policy.bound_to.length > 0 ? t('firewall.bound', { where: policy.bound_to.join('，') }) : t('firewall.unbound')} ·{' '}
          {t('firewall.default', { action: word('policyAction', policy.default) })}
        </span>
        {ofSet.map((found) => (
          <Pill key={found.problem} tone={found.severity === 'high' ? 'bad' : 'warn'}>
            {word('policyProblem', found.problem)}
          </Pill>
        ))}
        {policy.unresolved.length > 0 && (
          <Pill tone="mute" title={policy.unresolved.join('\n')}>
            {t('firewall.unresolved', { n: policy.unresolved.length })}
          </Pill>
        )}
      </div>
      <div className="rules-box">
        <DataGrid
          label={t('firewall.rules', { n: policy.rules.length })}
          columns={columns}
          count={policy.rules.length}
          rowAt={(i) => policy.rules[i]}
          rowKey={keyOf}
          onOpen={(rule) => setOpen(keyOf(rule))}
          openKey={open}
          empty={<EmptyState title={t('firewall.noRules')} />}
        />
      </div>
      {chosen && <RuleDetails rule={chosen} problems={problems.get(chosen.index) ?? []} />}
    </Card>
  );
}

function useRuleColumns(problems: ReadonlyMap<number | null, readonly Schemas['PolicyProblemFound'][]>): GridColumn<Rule>[] {
  const { t } = useTranslation();
  const word = useWord();
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('firewall.rule'),
        width: 150,
        fixed: true,
        render: (r) => <span className={r.enabled ? 'mono' : 'mono sub'}>{r.name}</span>,
      },
      {
        key: 'action',
        title: t('firewall.action'),
        width: 76,
        render: (r) => <Pill tone={r.action === 'permit' ? 'good' : 'mute'}>{word('policyAction', r.action)}</Pill>,
      },
      {
        key: 'zones',
        title: t('firewall.zones'),
        width: 150,
        render: (r) => `${r.from_zones.join(' ') || '*'} → ${r.to_zones.join(' ') || '*'}`,
      },
      {
        key: 'sources',
        title: t('firewall.from'),
        width: 190,
        grow: true,
        render: (r) => <span className="mono">{r.sources.join(', ')}</span>,
      },
      {
        key: 'destinations',
        title: t('firewall.to'),
        width: 190,
        grow: true,
        render: (r) => <span className="mono">{r.destinations.join(', ')}</span>,
      },
      {
        key: 'services',
        title: t('firewall.service'),
        width: 140,
        grow: true,
        render: (r) => <span className="mono">{r.services.join(', ')}</span>,
      },
      { key: 'hits', title: t('firewall.hits'), width: 84, align: 'end', render: (r) => (r.hits === null ? '—' : r.hits) },
      {
        key: 'problems',
        title: t('firewall.found'),
        width: 240,
        grow: true,
        render: (r) =>
          (problems.get(r.index) ?? []).slice(0, 2).map((found) => (
            <span key={found.problem}>
              <Pill tone={found.severity === 'high' ? 'bad' : 'warn'}>{word('policyProblem', found.problem)}</Pill>{' '}
            </span>
          )),
      },
    ],
    [t, word, problems],
  );
}

function RuleDetails({ rule, problems }: { rule: Rule; problems: readonly Schemas['PolicyProblemFound'][] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section className="rule-details" aria-label={rule.name}>
      <h3 className="mono">
        {rule.name}
        {rule.lines && <span className="sub small"> {t('firewall.lines', { first: rule.lines[0], last: rule.lines[1] })}</span>}
      </h3>
      <p className="mono prewrap">
        {rule.sources.join(', ')} → {rule.destinations.join(', ')} · {rule.services.join(', ')}
      </p>
      {problems.length === 0 ? (
        <p className="sub">{t('firewall.nothingFound')}</p>
      ) : (
        <ul className="plain changes">
          {problems.map((found) => (
            <li key={found.problem} className="row wrap">
              <Pill tone={found.severity === 'high' ? 'bad' : 'warn'}>{word('policyProblem', found.problem)}</Pill>
              {found.others.length > 0 && <span className="mono">{found.others.map(ruleText).join(', ')}</span>}
              {found.ports.length > 0 && <span className="mono">{found.ports.join(', ')}</span>}
              {found.width && <span className="sub num">{t('firewall.width', found.width)}</span>}
              {found.expired_on && <span className="num">{found.expired_on}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
