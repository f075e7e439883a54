import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { InputDialog } from './InputDialog';
import { inputsQuery, inputTone, type LogInput, removeInput, setInputEnabled } from './inputs';
import { bytesText } from './show';
import './inputs.css';

/** Files and journals that the server or agents read, and how that goes. */
export function InputsCard() {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery(inputsQuery());
  return (
    <Card
      className="log-inputs"
      title={t('logInput.title')}
      extra={
        <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
          {t('logInput.add')}
        </Button>
      }
    >
      <p className="sub small plain-p">{t('logInput.hint')}</p>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Bones lines={3} />
      ) : data.length === 0 ? (
        <p className="sub">
          {t('logInput.none')} {t('logInput.noneHint')}
        </p>
      ) : (
        <ul className="plain input-list">
          {data.map((input) => (
            <InputLine key={input.id} input={input} />
          ))}
        </ul>
      )}
      {isAdding && <InputDialog onClose={() => setAdding(false)} />}
    </Card>
  );
}

function InputLine({ input }: { input: LogInput }) {
  const { t } = useTranslation();
  const word = useWord();
  const change = useChange(setInputEnabled, { touches: ['logs/inputs'], done: t('logInput.changed') });
  const remove = useChange(removeInput, { touches: ['logs/inputs'], done: t('logInput.removed') });
  const name = input.source;
  const turn = input.enabled ? t('logInput.pause') : t('logInput.resume');
  return (
    <li>
      <div className="row wrap">
        <Pill tone={inputTone(input.state)}>{word('logInputState', input.state)}</Pill>
        <b className="mono">{name}</b>
        <span className="sub small">{word('logInputKind', input.kind)}</span>
        {input.host != null && <span className="sub small">{t('logInput.on', { host: input.host })}</span>}
        <span className="grow" />
        <Button
          size="small"
          type="text"
          aria-label={`${turn} ${name}`}
          loading={change.isPending}
          onClick={() => change.mutate({ id: input.id, enabled: !input.enabled })}
        >
          {turn}
        </Button>
        <Popconfirm
          title={t('logInput.removeTitle', { name })}
          description={t('logInput.removeHint')}
          okText={t('logInput.remove')}
          cancelText={t('common.cancel')}
          okButtonProps={{ danger: true, loading: remove.isPending }}
          onConfirm={() => remove.mutate(input.id)}
        >
          <Button size="small" type="text" className="danger-text" aria-label={`${t('logInput.remove')} ${name}`}>
            {t('logInput.remove')}
          </Button>
        </Popconfirm>
      </div>
      <ul className="plain mono small input-paths">
        {input.paths.length === 0 ? <li>{t('logInput.system')}</li> : input.paths.map((path) => <li key={path}>{path}</li>)}
      </ul>
      <Position input={input} />
      <Problems input={input} />
    </li>
  );
}

/** How far it was read. */
function Position({ input }: { input: LogInput }) {
  const { t } = useTranslation();
  const facts = [
    input.kind === 'file' && t('logInput.files', { n: input.files_total }),
    input.files_total > 0 &&
      (input.behind_bytes > 0 ? t('logInput.behind', { size: bytesText(input.behind_bytes) }) : t('logInput.upToDate')),
    input.position_at && t('logInput.readTo', { at: formatTime(input.position_at) }),
    t('logInput.received', { n: input.received }),
    input.last_seen_at ? t('logInput.lastAt', { at: formatTime(input.last_seen_at) }) : t('logInput.notYet'),
  ];
  return <p className="sub small num plain-p">{facts.filter(Boolean).join(' · ')}</p>;
}

const SHOWN = 5;

/** What is not read, and why. */
function Problems({ input }: { input: LogInput }) {
  const { t } = useTranslation();
  const word = useWord();
  const more = input.problems.length - SHOWN;
  if (input.problems.length === 0) return null;
  return (
    <ul className="plain small input-problems">
      {input.problems.slice(0, SHOWN).map(({ path, problem }) => (
        <li key={`${path} ${problem}`}>
          <span className="mono">{path}</span> <b>{word('logInputProblem', problem)}</b>
        </li>
      ))}
      {more > 0 && <li className="sub">{t('logInput.more', { n: more })}</li>}
    </ul>
  );
}
