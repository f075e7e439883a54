import { PaperClipOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { ProblemAlert } from '@/features/shared/problems';
import { formatSize } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { EmptyState } from '@/ui/states';
import type { CellRef } from './matrix';
import { keepAttachment, useAnswer } from './queries';

const ANSWERS = ['yes', 'partly', 'no', 'not_applicable'] as const satisfies readonly Schemas['Answer'][];
type Draft = { answer?: Schemas['Answer']; note: string };
type Props = { assessment: Schemas['Assessment']; cell: CellRef; items: readonly Schemas['InterviewItem'][]; readOnly: boolean };

/** The questions by which a person settles an item no machine can: an answer, a note, the papers; for one object or several. */
export function InterviewForm({ assessment, cell, items, readOnly }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const text = useText();
  const [drafts, setDrafts] = useState<Record<number, Draft>>(() => Object.fromEntries(items.map((i) => [i.question, draftOf(i)])));
  const [others, setOthers] = useState<number[]>([]);
  const [kept, setKept] = useState<Schemas['Attachment'][]>([]);
  const attach = useMutation({ mutationFn: keepAttachment, onSuccess: (file) => setKept((old) => [...old, file]) });
  const answer = useAnswer(assessment.id, () => setKept([]));
  if (items.length === 0) return <EmptyState title={t('interview.none')} hint={t('interview.noneHint')} />;
  const change = (question: number, patch: Partial<Draft>) =>
    setDrafts((old) => ({ ...old, [question]: { ...(old[question] ?? { note: '' }), ...patch } }));
  const answers = items.flatMap(({ question }) => {
    const draft = drafts[question];
    return draft?.answer ? [{ question, answer: draft.answer, note: draft.note.trim() || null }] : [];
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        answer.mutate({
          requirement: cell.requirement,
          asset_ids: [cell.asset_id, ...others],
          answers,
          attachment_ids: kept.map((f) => f.id),
        });
      }}
    >
      <p className="sub small">{t('interview.hint')}</p>
      {items.map((item) => (
        <fieldset key={item.question} className="question" disabled={readOnly}>
          <legend>{t('interview.question', { n: item.question + 1 })}</legend>
          <p>
            <b>{text(item.ask)}</b>
          </p>
          <p className="sub">{t('interview.look', { text: text(item.look) })}</p>
          <Radio.Group
            aria-label={text(item.ask)}
            optionType="button"
            disabled={readOnly}
            {...(drafts[item.question]?.answer ? { value: drafts[item.question]?.answer } : {})}
            options={ANSWERS.map((a) => ({ value: a, label: word('answer', a) }))}
            onChange={(event) => change(item.question, { answer: event.target.value as Schemas['Answer'] })}
          />
          <Input.TextArea
            aria-label={t('interview.note', { n: item.question + 1 })}
            placeholder={t('interview.notePlaceholder')}
            rows={2}
            maxLength={1000}
            disabled={readOnly}
            value={drafts[item.question]?.note ?? ''}
            onChange={(event) => change(item.question, { note: event.target.value })}
          />
        </fieldset>
      ))}
      {!readOnly && (
        <>
          <FileDrop label={t('interview.attach')} hint={t('interview.attachHint')} accept="" onFile={(file) => attach.mutate(file)} />
          <ProblemAlert error={attach.error} />
          <ul className="plain attached">
            {kept.map((file) => (
              <li key={file.id}>
                <PaperClipOutlined aria-hidden /> {file.name} <span className="sub small">{formatSize(file.size_bytes)}</span>
              </li>
            ))}
          </ul>
          <Select
            mode="multiple"
            className="choose"
            maxTagCount="responsive"
            aria-label={t('interview.also')}
            placeholder={t('interview.also')}
            value={others}
            onChange={setOthers}
            options={assessment.objects
              .filter(
                (o) => o.id !== cell.asset_id && o.object_type === assessment.objects.find((x) => x.id === cell.asset_id)?.object_type,
              )
              .map((o) => ({ value: o.id, label: o.name }))}
          />
          <ProblemAlert error={answer.error} />
          <p className="row end">
            <Button type="primary" htmlType="submit" loading={answer.isPending} disabled={answers.length === 0}>
              {t('interview.save', { n: others.length + 1 })}
            </Button>
          </p>
        </>
      )}
    </form>
  );
}

const draftOf = (item: Schemas['InterviewItem']): Draft => ({ ...(item.answer ? { answer: item.answer } : {}), note: item.note ?? '' });
