import { ExperimentOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choose } from '@/features/shared/choices';
import { ProblemAlert } from '@/features/shared/problems';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill } from '@/ui/Pill';
import { parsersQuery, tryParser } from './api';
import { useFieldName } from './names';
import { formatMilli } from './show';
import { spansOf, stretchesOf } from './spans';
import type { LogTrial } from './types';

/** As many colours as tell fields apart; beyond that they begin again, and the name stands beside. */
const HUES = 6;

/** A line is pasted, and what was read from it is shown where it stands. */
export function TrialCard() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [parser, setParser] = useState<string | undefined>();
  const parsers = useQuery(parsersQuery());
  const attempt = useMutation({ mutationFn: tryParser });
  return (
    <Card title={t('logReceive.trial')}>
      <p className="sub small plain-p">{t('logReceive.trialHint')}</p>
      <Input.TextArea
        className="mono trial-input"
        rows={4}
        value={text}
        spellCheck={false}
        aria-label={t('logReceive.trialLine')}
        placeholder="<38>Nov 23 12:00:01 his-db01 sshd[2211]: Failed password for root from 10.20.3.14 port 52211 ssh2"
        onChange={(event) => setText(event.target.value)}
      />
      <div className="row trial-run">
        <Choose
          label={t('logSource.auto')}
          value={parser ?? null}
          onChange={(name?: string) => setParser(name)}
          loading={parsers.isPending}
          options={(parsers.data ?? []).map((one) => ({ value: one.name, label: `${one.title}　${one.name}` }))}
        />
        <Button
          type="primary"
          icon={<ExperimentOutlined aria-hidden />}
          loading={attempt.isPending}
          disabled={text.trim() === ''}
          onClick={() => attempt.mutate({ text, parser: parser ?? null })}
        >
          {t('logReceive.try')}
        </Button>
      </div>
      <div aria-live="polite">
        <ProblemAlert error={attempt.error} />
        {attempt.data && <Read trial={attempt.data} text={attempt.variables?.text ?? text} />}
      </div>
    </Card>
  );
}

function Read({ trial, text }: { trial: LogTrial; text: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const nameOf = useFieldName();
  const [shown, setShown] = useState<number | null>(null);
  const { fields } = trial.event;
  const spans = useMemo(() => spansOf(text, fields), [text, fields]);
  const stretches = useMemo(() => stretchesOf(text, spans), [text, spans]);
  const hueOf = (field: number) => {
    const order = spans.findIndex((span) => span.field === field);
    return order < 0 ? '' : `hue-${order % HUES}`;
  };
  let at = 0;
  return (
    <div className="trial-read">
      <p className="row wrap">
        {trial.parser ? <Pill tone="good">{trial.parser}</Pill> : <Pill tone="warn">{t('logReceive.noParser')}</Pill>}
        <span className="num sub">{formatMilli(trial.event.at)}</span>
      </p>
      <pre className="mono trial-text">
        {stretches.map((stretch) => {
          const key = at;
          at += stretch.text.length;
          const { field } = stretch;
          return field === null ? (
            stretch.text
          ) : (
            <mark
              key={key}
              className={`${hueOf(field)}${shown === field ? ' shown' : ''}`}
              title={fields[field]?.name}
              onMouseEnter={() => setShown(field)}
              onMouseLeave={() => setShown(null)}
            >
              {stretch.text}
            </mark>
          );
        })}
      </pre>
      {fields.length === 0 ? (
        <p className="sub">{t('log.noFields')}</p>
      ) : (
        <ul className="plain trial-fields">
          {fields.map(({ name, value }, i) => (
            <li
              key={`${name} ${String(value)}`}
              className={shown === i ? 'shown' : ''}
              onMouseEnter={() => setShown(i)}
              onMouseLeave={() => setShown(null)}
            >
              <i className={`hue ${hueOf(i)}`} />
              <span>
                <span className="mono">{name}</span> <span className="sub small">{nameOf(name)}</span>
              </span>
              <span className="mono prewrap">{String(value)}</span>
              <span className="sub small">{hueOf(i) === '' ? t('logReceive.derived') : ''}</span>
            </li>
          ))}
        </ul>
      )}
      {trial.notes.map((note) => (
        <p key={note} className="sub small plain-p">
          {word('logNote', note)}
        </p>
      ))}
    </div>
  );
}
