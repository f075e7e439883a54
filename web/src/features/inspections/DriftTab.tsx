import { CheckOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { WordPill } from '@/features/shared/WordPill';
import { formatTime } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill, type Tone } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { shownFact } from './facts';
import { PolicyDrift } from './PolicyDrift';
import { policyChanges } from './policyDrift';

type Drift = Schemas['Drift'];
/** The area whose facts are whole rule sets. */
const POLICIES = 'policies';
/** Characters from which a value is cut. */
const LONG = 240;
const FATE_TONES: Record<Schemas['FactFate'], Tone> = {
  added: 'info',
  removed: 'mute',
  changed: 'accent',
  reordered: 'mute',
  now_known: 'info',
  no_longer_known: 'warn',
};

/** What changed since the inspection before, what it did, and who answers for it. */
export function DriftTab({ id }: { id: number }) {
  const { t } = useTranslation();
  const { data, error, refetch } = api.useQuery('get', '/api/v1/inspections/{id}/drift', { params: { path: { id }, query: {} } });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <div className="card">
        <Bones lines={10} />
      </div>
    );
  if (!data.before)
    return (
      <div className="card">
        <EmptyState title={t('drift.first')} hint={t('drift.firstHint')} />
      </div>
    );
  const isSame = data.facts.length === 0 && data.results.length === 0 && data.unreadable.new.length + data.unreadable.ended.length === 0;
  return (
    <>
      <Approval drift={data} before={data.before} isSame={isSame} />
      {isSame ? (
        <div className="card">
          <EmptyState title={t('drift.same')} hint={t('drift.sameHint')} />
        </div>
      ) : (
        <div className="drift">
          <Effects drift={data} />
          <Facts drift={data} />
        </div>
      )}
    </>
  );
}

function Approval({ drift, before, isSame }: { drift: Drift; before: Schemas['InspectionSummary']; isSame: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const approve = useChange(
    (reason: string) =>
      bodyOf(client.POST('/api/v1/inspections/{id}/drift/approval', { params: { path: { id: drift.after.id } }, body: { reason } })),
    { touches: ['inspections'], done: t('drift.approved'), onDone: () => setAsking(false) },
  );
  return (
    <div className="row wrap drift-head">
      <span>
        {t('drift.since')} <Link href={paths.inspection(before.id)}>{formatTime(before.collected_at)}</Link>
      </span>
      <span className="grow" />
      {drift.approval ? (
        <span className="sub">
          <Pill tone="good">{t('drift.answered')}</Pill> {drift.approval.by} · {formatTime(drift.approval.at)} · {drift.approval.reason}
        </span>
      ) : (
        !isSame &&
        (may('assessment.judge') ? (
          <Button icon={<CheckOutlined aria-hidden />} onClick={() => setAsking(true)}>
            {t('drift.approve')}
          </Button>
        ) : (
          <Pill tone="warn">{t('drift.unanswered')}</Pill>
        ))
      )}
      <ReasonDialog
        open={asking}
        title={t('drift.approve')}
        hint={t('drift.approveHint')}
        busy={approve.isPending}
        onCancel={() => setAsking(false)}
        onSubmit={(v: { reason: string }) => approve.mutate(v.reason)}
      />
    </div>
  );
}

function Effects({ drift }: { drift: Drift }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  return (
    <div className="stack-v">
      <Card title={`${t('drift.results')} ${drift.results.length}`}>
        {drift.results.length === 0 ? (
          <p className="sub">{t('drift.noResults')}</p>
        ) : (
          <ul className="plain changes">
            {drift.results.map((r) => (
              <li key={r.check}>
                <div className="row wrap">
                  {r.before ? <WordPill group="check" code={r.before} /> : <span className="sub">{t('drift.noCheck')}</span>}→
                  {r.after ? <WordPill group="check" code={r.after} /> : <span className="sub">{t('drift.noCheck')}</span>}
                  <b className="grow">{text(r.title)}</b>
                </div>
                <div className="sub small prewrap mono">
                  {r.observed_before || '—'} → {r.observed_after || '—'}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={`${t('drift.cells')} ${drift.cells.length}`}>
        {drift.cells.length === 0 ? (
          <p className="sub">{t('drift.noCells')}</p>
        ) : (
          <ul className="plain changes">
            {drift.cells.map((c) => (
              <li key={`${c.assessment_id} ${c.requirement}`} className="row wrap">
                <Link href={paths.matrix(c.assessment_id, { cell: `${c.requirement}@${drift.after.asset_id}` })}>
                  <span className="code">{c.requirement}</span>
                </Link>
                <span className="grow" />
                {word('verdict', c.before)} → <WordPill group="verdict" code={c.after} />
                {c.reopened && <Pill tone="warn">{t('drift.reopened')}</Pill>}
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Unreadable title={t('drift.newlyUnreadable')} items={drift.unreadable.new} />
      <Unreadable title={t('drift.readableAgain')} items={drift.unreadable.ended} />
    </div>
  );
}

function Unreadable({ title, items }: { title: string; items: readonly Schemas['Unreadable'][] }) {
  if (items.length === 0) return null;
  return (
    <Card title={`${title} ${items.length}`}>
      <ul className="plain changes">
        {items.map((u) => (
          <li key={u.what}>
            <span className="mono">{u.what}</span> <span className="sub small">{u.why}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** A long value is cut after some lines, and read in full on demand. */
function Value({ text }: { text: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (text.length <= LONG) return text;
  return (
    <>
      <span className={`drift-value${open ? ' open' : ''}`}>{text}</span>
      <button type="button" className="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(open ? 'drift.less' : 'drift.whole')}
      </button>
    </>
  );
}

function Facts({ drift }: { drift: Drift }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <Card title={`${t('drift.facts')} ${drift.areas.reduce((sum, area) => sum + area.changes, 0)}`}>
      {drift.areas.length === 0 && <p className="sub">{t('drift.noFacts')}</p>}
      {drift.areas.map((area) => {
        const changes = drift.facts.filter((f) => f.area === area.area);
        const sets = area.area === POLICIES ? policyChanges(changes) : null;
        return (
          <section key={area.area} className="drift-area">
            <h3>
              {word('factArea', area.area)} <span className="sub">{area.changes}</span>
            </h3>
            {sets ? <PolicyDrift sets={sets} /> : <RawFacts changes={changes} />}
            {changes.length < area.changes && <p className="sub small">{t('drift.more', { n: area.changes - changes.length })}</p>}
          </section>
        );
      })}
    </Card>
  );
}

function RawFacts({ changes }: { changes: Drift['facts'] }) {
  const word = useWord();
  return (
    <ul className="plain changes">
      {changes.map((f) => (
        <li key={`${f.kind} ${f.path}`}>
          <div className="row">
            <Pill tone={FATE_TONES[f.kind]}>{word('factFate', f.kind)}</Pill>
            <span className="mono grow prewrap">{f.path}</span>
          </div>
          <div className="mono prewrap drift-values">
            {f.before !== null && (
              <del>
                <Value text={shownFact(f.before)} />
              </del>
            )}
            {f.after !== null && (
              <ins>
                <Value text={shownFact(f.after)} />
              </ins>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
