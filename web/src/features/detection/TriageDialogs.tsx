import { useQuery } from '@tanstack/react-query';
import { Form, Modal, Radio } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Choose } from '@/features/shared/choices';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useWord } from '@/i18n/words';
import { assigneesQuery } from './api';
import { VERDICTS } from './queue';
import type { AlertVerdict } from './types';
import type { Triage } from './useTriage';

const ExceptionDialog = lazy(async () => ({ default: (await import('./ExceptionDialog')).ExceptionDialog }));

/** The questions of triage: with what verdict, why, who, what shall be quiet. */
export function TriageDialogs({ triage }: { triage: Triage }) {
  const { t } = useTranslation();
  const word = useWord();
  const { asking, close, run, busy } = triage;
  const ids = [...(asking?.ids ?? [])];
  const [first] = ids;
  return (
    <>
      <ReasonDialog
        open={asking?.kind === 'close'}
        title={t('alert.closeN', { n: ids.length })}
        hint={t('alert.closeHint')}
        submit={t('alert.closeN', { n: ids.length })}
        busy={busy}
        onCancel={close}
        onSubmit={(values: { verdict: AlertVerdict; reason: string }) => run({ ids, action: 'close', ...values })}
      >
        <Form.Item name="verdict" label={t('field.verdict')} rules={[{ required: true, message: t('common.required') }]}>
          <Radio.Group
            className="verdicts"
            options={VERDICTS.map((verdict) => ({
              value: verdict,
              label: (
                <>
                  <b>{word('alertVerdict', verdict)}</b> <span className="sub small">{word('alertVerdictWhy', verdict)}</span>
                </>
              ),
            }))}
          />
        </Form.Item>
      </ReasonDialog>
      <ReasonDialog
        open={asking?.kind === 'reopen'}
        title={t('alert.reopenN', { n: ids.length })}
        submit={t('alert.reopen')}
        busy={busy}
        onCancel={close}
        onSubmit={(values: { reason: string }) => run({ ids, action: 'reopen', reason: values.reason })}
      />
      {asking?.kind === 'assign' && (
        <AssignDialog count={ids.length} busy={busy} onCancel={close} onAssign={(to) => run({ ids, action: 'assign', assigned_to: to })} />
      )}
      <Suspense fallback={null}>
        {asking?.kind === 'except' && first !== undefined && <ExceptionDialog id={first} onClose={close} />}
      </Suspense>
    </>
  );
}

type AssignProps = { count: number; busy: boolean; onCancel: () => void; onAssign: (to: number) => void };

function AssignDialog({ count, busy, onCancel, onAssign }: AssignProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ to: number }>();
  const { data, isPending } = useQuery(assigneesQuery());
  return (
    <Modal
      open
      title={t('alert.assignN', { n: count })}
      okText={t('alert.assign')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: busy }}
      onCancel={onCancel}
      onOk={() => form.submit()}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ to }) => onAssign(to)}>
        <Form.Item name="to" label={t('alert.assignee')} rules={[{ required: true, message: t('common.required') }]}>
          <Choose
            label={t('alert.assignee')}
            loading={isPending}
            options={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
