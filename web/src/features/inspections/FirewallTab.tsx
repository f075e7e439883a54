import { Drawer, Select } from 'antd';
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
const SHOWN_PROBLEMS = 2;
const ROW = 36;
const MOST_ROWS = 14;

/** What is wrong, in a word; in a sentence for who waits. */
function ProblemPill({ found }: { found: Schemas['PolicyProblemFound'] }) {
  const word = useWord();
  return (
    <Pill tone={found.severity === 'high' ? 'bad' : 'warn'} title={word('policyProblemWhy', found.problem)}>
      {word('policyProblem', found.problem)}
    </Pill>
  );
}

const More = ({ n }: { n: number }) => (n > 0 ? <span className="sub small">+{n}</span> : null);

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
          <ProblemPill key={found.problem} found={found} />
        ))}
        {policy.unresolved.length > 0 && (
          <Pill tone="mute" title={policy.unresolved.join('\n')}>
            {t('firewall.unresolved', { n: policy.unresolved.length })}
          </Pill>
        )}
      </div>
      <div className="rules-box" style={{ height: ROW * (1 + Math.max(4, Math.min(MOST_ROWS, policy.rules.length))) + 1 }}>
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
      <Drawer
        open={chosen !== undefined}
        onClose={() => setOpen(undefined)}
        size={560}
        mask={false}
        title={chosen && <RuleTitle rule={chosen} />}
      >
        {chosen && <RuleDetails rule={chosen} problems={problems.get(chosen.index) ?? []} />}
      </Drawer>
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
        width: 130,
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
        width: 120,
        render: (r) => `${r.from_zones.join(' ') || '*'} → ${r.to_zones.join(' ') || '*'}`,
      },
      {
        key: 'sources',
        title: t('firewall.from'),
        width: 165,
        grow: true,
        render: (r) => <span className="mono">{r.sources.join(', ')}</span>,
      },
      {
        key: 'destinations',
        title: t('firewall.to'),
        width: 165,
        grow: true,
        render: (r) => <span className="mono">{r.destinations.join(', ')}</span>,
      },
      {
        key: 'services',
        title: t('firewall.service'),
        width: 110,
        grow: true,
        render: (r) => <span className="mono">{r.services.join(', ')}</span>,
      },
      { key: 'hits', title: t('firewall.hits'), width: 64, align: 'end', render: (r) => (r.hits === null ? '—' : r.hits) },
      {
        key: 'problems',
        title: t('firewall.found'),
        width: 230,
        grow: true,
        render: (r) =>
          (problems.get(r.index) ?? []).slice(0, SHOWN_PROBLEMS).map((found, place, shown) => (
            <span key={found.problem}>
              <ProblemPill found={found} /> {place === shown.length - 1 && <More n={(problems.get(r.index)?.length ?? 0) - shown.length} />}
            </span>
          )),
      },
    ],
    [t, word, problems],
  );
}

function RuleTitle({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  return (
    <span className="mono">
      {rule.name}
      {rule.lines && (
        <span className="sub small">
          {' '}
          {rule.lines[0] === rule.lines[1]
            ? t('firewall.line', { n: rule.lines[0] })
            : t('firewall.lines', { first: rule.lines[0], last: rule.lines[1] })}
        </span>
      )}
    </span>
  );
}

function RuleDetails({ rule, problems }: { rule: Rule; problems: readonly Schemas['PolicyProblemFound'][] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <>
      <dl className="facts">
        <div>
          <dt>{t('firewall.action')}</dt>
          <dd>
            <Pill tone={rule.action === 'permit' ? 'good' : 'mute'}>{word('policyAction', rule.action)}</Pill>
          </dd>
        </div>
        <div>
          <dt>{t('firewall.from')}</dt>
          <dd className="mono">
            {rule.from_zones.length > 0 && `[${rule.from_zones.join(' ')}] `}
            {rule.sources.join(', ')}
          </dd>
        </div>
        <div>
          <dt>{t('firewall.to')}</dt>
          <dd className="mono">
            {rule.to_zones.length > 0 && `[${rule.to_zones.join(' ')}] `}
            {rule.destinations.join(', ')}
          </dd>
        </div>
        <div>
          <dt>{t('firewall.service')}</dt>
          <dd className="mono">{rule.services.join(', ')}</dd>
        </div>
      </dl>
      {problems.length === 0 ? (
        <p className="sub">{t('firewall.nothingFound')}</p>
      ) : (
        <ul className="plain changes">
          {problems.map((found) => (
            <li key={found.problem}>
              <div className="row wrap">
                <ProblemPill found={found} />
                {found.others.length > 0 && <span className="mono">{found.others.map(ruleText).join(', ')}</span>}
                {found.ports.length > 0 && <span className="mono">{found.ports.join(', ')}</span>}
                {found.width && <span className="sub num">{t('firewall.width', found.width)}</span>}
                {found.expired_on && <span className="num">{found.expired_on}</span>}
              </div>
              <div className="small">{word('policyProblemWhy', found.problem)}</div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
