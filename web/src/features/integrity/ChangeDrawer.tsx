import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/features/shared/CopyButton';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { formatTime, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Pill, type Tone } from '@/ui/Pill';
import { type Actor, CAUSE_TONES, type Change, comparedLines, type Entry, KIND_TONES, STATE_TONES, whoOf } from './changes';

const CERTAINTY_TONES: Record<Actor['certainty'], Tone> = { certain: 'bad', likely: 'warn', possible: 'mute' };

/** One change: what was there, what is there, what explains it, and who may have done it. */
export function ChangeDrawer({ change, onClose }: { change: Change | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={change !== undefined} onClose={onClose} size={620} mask={false} title={t('integrity.change')}>
      {change && (
        <>
          <Summary change={change} />
          <Compared change={change} />
          <Actors actors={change.actors} />
        </>
      )}
    </Drawer>
  );
}

function Summary({ change }: { change: Change }) {
  const { t } = useTranslation();
  const word = useWord();
  const versions = [change.version_before, change.version_after].filter(Boolean).join(' → ');
  return (
    <>
      <p className="row plain-p">
        <b className="mono prewrap grow">{change.path}</b>
        <CopyButton text={change.path} />
      </p>
      <p className="row wrap">
        <Pill tone={KIND_TONES[change.kind]}>{word('fileChangeKind', change.kind)}</Pill>
        <Pill tone={STATE_TONES[change.state]}>{word('fileChangeState', change.state)}</Pill>
        <Link href={paths.assets({ id: change.asset_id })}>{change.asset_name}</Link>
      </p>
      <dl className="facts">
        <div>
          <dt>{t('integrity.cause')}</dt>
          <dd>
            <Pill tone={CAUSE_TONES[change.cause]}>{word('fileChangeCause', change.cause)}</Pill>{' '}
            {change.package && (
              <span className="mono">
                {change.package} {versions}
              </span>
            )}
            <div className="sub small">{word('fileChangeCauseWhy', change.cause)}</div>
          </dd>
        </div>
        <div>
          <dt>{t('integrity.seenAt')}</dt>
          <dd className="num">
            {formatTime(change.first_seen_at)}
            {change.seen_at !== change.first_seen_at && ` – ${formatTime(change.seen_at)}`}
          </dd>
        </div>
        {change.approval && (
          <div>
            <dt>{t('integrity.approval')}</dt>
            <dd>
              {change.approval.by} · <span className="num">{formatTime(change.approval.at)}</span>
              {change.approval.change_request && ` · ${change.approval.change_request}`}
              <div className="prewrap">{change.approval.reason}</div>
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

function Compared({ change }: { change: Change }) {
  const { t } = useTranslation();
  const word = useWord();
  const format = useFormat();
  const shown = (field: keyof Entry, value: string) => {
    if (value === '') return '—';
    if (field === 'kind') return word('fileKind', value);
    if (field === 'size_bytes') return `${format.count(Number(value))} B`;
    if (field === 'modified_at') return formatTime(value);
    return value;
  };
  return (
    <table className="tbl compared">
      <thead>
        <tr>
          <th scope="col">{t('integrity.what')}</th>
          <th scope="col">{t('integrity.before')}</th>
          <th scope="col">{t('integrity.after')}</th>
        </tr>
      </thead>
      <tbody>
        {comparedLines(change).map((line) => (
          <tr key={line.field} className={line.isSame ? 'sub' : 'differs'}>
            <th scope="row">{word('fileField', line.field)}</th>
            <td className="mono">{shown(line.field, line.before)}</td>
            <td className="mono">{line.isSame ? t('integrity.same') : shown(line.field, line.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actors({ actors }: { actors: readonly Actor[] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section>
      <h2 className="part">{t('integrity.who')}</h2>
      {actors.length === 0 ? (
        <p className="sub">{t('integrity.nobodyHint')}</p>
      ) : (
        <ul className="plain actors">
          {actors.map((actor) => (
            <li key={`${actor.account} ${actor.from} ${actor.at ?? ''} ${actor.program ?? ''}`}>
              <div className="row wrap">
                <b>{whoOf(actor)}</b>
                <Pill tone={CERTAINTY_TONES[actor.certainty]}>{word('certainty', actor.certainty)}</Pill>
                <span className="grow" />
                <span className="sub small num">{actor.at && formatTime(actor.at)}</span>
              </div>
              <div className="sub small mono">{[actor.program, actor.from].filter(Boolean).join(' · ')}</div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
