import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { useSearchState } from '@/features/shared/search';
import { useChange } from '@/features/shared/useChange';
import { PageHead } from '@/ui/PageHead';
import { Bones } from '@/ui/states';
import { addRule, changeRule, ruleQuery } from './api';
import { RuleTestPane } from './RuleTestPane';
import type { RuleProblem } from './types';
import { useRuleTest } from './useRuleTest';
import { YamlField } from './YamlField';
import { asOwn, refusedLines, startOfLine, templateOf } from './yaml';
import './rules.css';

/** A rule of the hospital's own: a new one, one to be changed (`id`), or a copy of another (`from`). */
export function RuleEditorPage() {
  const { t } = useTranslation();
  const [search] = useSearchState();
  const source = search.id ?? search.from;
  const { data, error, refetch } = useQuery({
    ...ruleQuery(source ?? ''),
    enabled: source !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [fresh] = useState(() => newId());
  if (source === undefined) {
    const text = templateOf(fresh, t('detection.newTitle'));
    return <Editor key="new" id={undefined} text={text} />;
  }
  if (error)
    return (
      <div className="page">
        <PageHead title={t('detection.editor')} />
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data)
    return (
      <div className="page">
        <PageHead title={t('detection.editor')} />
        <Bones lines={12} />
      </div>
    );
  const isOwn = search.id !== undefined && data.origin === 'hospital';
  return <Editor key={data.id} id={isOwn ? data.id : undefined} text={isOwn ? data.text : asOwn(data.text, fresh)} />;
}

/** An id as Sigma wants it; on an address without TLS browsers make random bytes only. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function Editor({ id, text: began }: { id: string | undefined; text: string }) {
  const { t } = useTranslation();
  const go = useGo();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(began);
  const [isAsking, setAsking] = useState(false);
  const test = useRuleTest(text);
  const saved = { touches: ['detection'], done: t('common.saved'), quiet: true };
  const add = useChange(addRule, { ...saved, onDone: (rule) => go(paths.rules({ id: rule.id })) });
  const change = useChange(changeRule, { ...saved, onDone: (rule) => go(paths.rules({ id: rule.id })) });
  const error = add.error ?? change.error;
  const refused = error instanceof ApiError && (add.variables ?? change.variables?.text) === text ? refusedLines(error.fields) : [];
  const problems = refused.length > 0 ? refused : (test.data?.problems ?? []);
  const isWrong = problems.length > 0 && !test.isStale;
  const show = ({ line }: RuleProblem) => {
    if (line < 1 || !field.current) return;
    const at = startOfLine(text, line);
    field.current.focus();
    field.current.setSelectionRange(at, text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at));
  };
  return (
    <div className="page rule-editor">
      <PageHead title={t(id ? 'detection.editor' : 'detection.addRule')} note={t('detection.editorHint')}>
        <Button onClick={() => go(paths.rules())}>{t('common.cancel')}</Button>
        <Button type="primary" disabled={isWrong} loading={add.isPending} onClick={() => (id ? setAsking(true) : add.mutate(text))}>
          {t('common.save')}
        </Button>
      </PageHead>
      {error !== null && !isAsking && refused.length === 0 && <ProblemAlert error={error} />}
      {refused.length > 0 && <Refused problems={refused} onShow={show} />}
      <div className="editor-columns">
        <section className="card editor-text" aria-label={t('detection.text')}>
          <YamlField
            value={text}
            label={t('detection.text')}
            problems={test.isStale && refused.length === 0 ? [] : problems}
            fieldRef={field}
            onChange={setText}
            onRun={test.run}
          />
        </section>
        <RuleTestPane test={test} onShow={show} />
      </div>
      {id && isAsking && (
        <SaveDialog
          busy={change.isPending}
          error={change.error}
          onCancel={() => setAsking(false)}
          onSubmit={(reason) => change.mutate({ id, text, reason })}
        />
      )}
    </div>
  );
}

function Refused({ problems, onShow }: { problems: readonly RuleProblem[]; onShow: (problem: RuleProblem) => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      className="page-note"
      type="error"
      showIcon
      role="alert"
      title={t('detection.problemsN', { n: problems.length })}
      description={problems.map((problem) => (
        <button key={`${problem.line} ${problem.why}`} type="button" className="link-button refused" onClick={() => onShow(problem)}>
          {t('detection.lineN', { n: problem.line })} · {problem.why}
        </button>
      ))}
    />
  );
}

type SaveProps = { busy: boolean; error: unknown; onCancel: () => void; onSubmit: (reason: string) => void };

function SaveDialog({ busy, error, onCancel, onSubmit }: SaveProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open
      title={t('detection.saveTitle')}
      okText={t('common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: busy }}
      onCancel={onCancel}
      onOk={() => form.submit()}
    >
      <Alert className="page-note" type="info" showIcon title={t('detection.saveHint')} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ reason }) => onSubmit(reason)}>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          extra={t('common.reasonIsRecorded')}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input.TextArea rows={3} maxLength={500} showCount />
        </Form.Item>
        <ProblemAlert error={error} />
      </Form>
    </Modal>
  );
}
