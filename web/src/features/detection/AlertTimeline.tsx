import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActor } from '@/features/shared/actor';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { comment } from './api';
import type { AlertDetail } from './types';

/** What happened to the alert and what people said of it, the newest first. */
export function AlertTimeline({ alert }: { alert: AlertDetail }) {
  const word = useWord();
  const actor = useActor();
  const entries = alert.timeline.toSorted((a, b) => b.at.localeCompare(a.at));
  return (
    <>
      {alert.allowed_actions.includes('comment') && <CommentBox id={alert.id} />}
      <ol className="plain alert-timeline">
        {entries.map((entry) => (
          <li key={`${entry.at} ${entry.kind} ${entry.text ?? ''}`} className={entry.kind}>
            <div className="row">
              <b>{word('alertTimeline', entry.kind)}</b>
              <span className="sub">{actor(entry.by)}</span>
              <span className="grow" />
              <time className="sub small num">{formatTime(entry.at)}</time>
            </div>
            {entry.text && <p className="prewrap">{entry.text}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}

function CommentBox({ id }: { id: number }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const say = useChange(comment, { touches: ['alerts'], onDone: () => setText('') });
  const isEmpty = text.trim() === '';
  return (
    <div className="comment-box">
      <Input.TextArea
        rows={2}
        maxLength={2000}
        value={text}
        aria-label={t('alert.comment')}
        placeholder={t('alert.commentHint')}
        onChange={(event) => setText(event.target.value)}
      />
      <Button loading={say.isPending} disabled={isEmpty} onClick={() => say.mutate({ id, text: text.trim() })}>
        {t('alert.say')}
      </Button>
    </div>
  );
}
