import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Command } from '@/features/shared/Command';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';
import { Card } from '@/ui/Card';
import { Pill } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { makeToken, revokeToken, tokensQuery } from './api';
import type { LogToken } from './types';

/** Tokens of those who send over HTTP: made, shown once, taken back. */
export function TokensCard() {
  const { t } = useTranslation();
  const [isMaking, setMaking] = useState(false);
  const [ending, setEnding] = useState<LogToken | null>(null);
  const { data, error, refetch } = useQuery(tokensQuery());
  const end = useChange(revokeToken, { touches: ['logs/tokens'], done: t('logReceive.revoked'), onDone: () => setEnding(null) });
  return (
    <Card
      className="log-tokens"
      title={t('logReceive.tokens')}
      extra={
        <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setMaking(true)}>
          {t('logReceive.addToken')}
        </Button>
      }
    >
      <p className="sub small plain-p">{t('logReceive.tokensHint')}</p>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Bones lines={3} />
      ) : data.length === 0 ? (
        <p className="sub">{t('logReceive.noTokens')}</p>
      ) : (
        <ul className="plain token-list">
          {data.map((token) => (
            <li key={token.id} className="row wrap">
              <b>{token.name}</b>
              <span className="mono small">{token.source}</span>
              <span className="sub small num">
                {token.last_used_at ? t('logReceive.usedAt', { at: formatTime(token.last_used_at) }) : t('logReceive.neverUsed')}
              </span>
              <span className="grow" />
              {token.revoked_at ? (
                <Pill tone="mute" title={formatTime(token.revoked_at)}>
                  {t('logReceive.isRevoked')}
                </Pill>
              ) : (
                <Button
                  size="small"
                  type="text"
                  className="danger-text"
                  aria-label={`${t('logReceive.revoke')} ${token.name}`}
                  onClick={() => setEnding(token)}
                >
                  {t('logReceive.revoke')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isMaking && <TokenDialog onClose={() => setMaking(false)} />}
      <ReasonDialog
        open={ending !== null}
        title={t('logReceive.revokeTitle', { name: ending?.name ?? '' })}
        hint={t('logReceive.revokeHint')}
        danger
        submit={t('logReceive.revoke')}
        busy={end.isPending}
        onCancel={() => setEnding(null)}
        onSubmit={(values: { reason: string }) => ending && end.mutate({ id: ending.id, reason: values.reason })}
      />
    </Card>
  );
}

function TokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ name: string; source: string }>();
  const [token, setToken] = useState<string | null>(null);
  const make = useChange(makeToken, { touches: ['logs/tokens'], quiet: true, onDone: (made) => setToken(made.token) });
  const required = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <Modal
      open
      title={t('logReceive.addToken')}
      mask={{ closable: token === null }}
      okText={token ? t('logReceive.noted') : t('logReceive.make')}
      cancelText={t('common.cancel')}
      cancelButtonProps={token ? { style: { display: 'none' } } : {}}
      okButtonProps={{ loading: make.isPending }}
      onCancel={onClose}
      onOk={() => (token ? onClose() : form.submit())}
    >
      {token ? (
        <div className="stack-v">
          <Alert type="warning" showIcon title={t('logReceive.shownOnce')} description={t('logReceive.shownOnceHint')} />
          <Command text={token} label={t('logReceive.copyToken')} />
        </div>
      ) : (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={(values) => make.mutate({ name: values.name.trim(), source: values.source.trim() })}
        >
          <Form.Item name="name" label={t('field.name')} rules={required}>
            <Input maxLength={80} autoComplete="off" placeholder={t('logReceive.namePlaceholder')} />
          </Form.Item>
          <Form.Item name="source" label={t('log.source')} extra={t('logReceive.sourceHint')} rules={required}>
            <Input maxLength={80} autoComplete="off" className="mono" placeholder="pacs-gateway" />
          </Form.Item>
          <ProblemAlert error={make.error} />
        </Form>
      )}
    </Modal>
  );
}
