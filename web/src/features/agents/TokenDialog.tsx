import { Alert, Form, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseAsset } from '@/features/shared/ChooseAsset';
import { Command } from '@/features/shared/Command';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { formatTime } from '@/i18n/format';

/** Makes a token for one host and shows it, once, with all that is to be run there. */
export function TokenDialog({ assetId, onClose }: { assetId: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const [asset, setAsset] = useState(assetId);
  const [made, setMade] = useState<Schemas['MadeAgentToken'] | null>(null);
  const make = useChange((asset_id: number) => bodyOf(client.POST('/api/v1/agents/tokens', { body: { asset_id } })), {
    touches: ['agents/tokens'],
    quiet: true,
    onDone: setMade,
  });
  return (
    <Modal
      open
      width={680}
      mask={{ closable: made === null }}
      title={t('agent.add')}
      okText={made ? t('agent.noted') : t('agent.makeToken')}
      cancelText={t('common.cancel')}
      cancelButtonProps={made ? { style: { display: 'none' } } : {}}
      okButtonProps={{ loading: make.isPending, disabled: asset === undefined }}
      onCancel={onClose}
      onOk={() => (made ? onClose() : asset !== undefined && make.mutate(asset))}
    >
      {made ? (
        <Made made={made} />
      ) : (
        <Form layout="vertical">
          <p className="sub">{t('agent.addHint')}</p>
          <Form.Item label={t('field.asset')}>
            <ChooseAsset value={asset} onChange={setAsset} />
          </Form.Item>
          <ProblemAlert error={make.error} />
        </Form>
      )}
    </Modal>
  );
}

function Made({ made }: { made: Schemas['MadeAgentToken'] }) {
  const { t } = useTranslation();
  return (
    <div className="stack-v">
      <Alert
        type="warning"
        showIcon
        title={t('agent.shownOnce')}
        description={t('agent.tokenUntil', { at: formatTime(made.expires_at) })}
      />
      <section>
        <div className="strong">{t('agent.token')}</div>
        <Command text={made.token} label={t('agent.copyToken')} />
      </section>
      <section>
        <div className="strong">{t('agent.runThere')}</div>
        <p className="sub small plain-p">{t('agent.runThereHint', { server: made.server })}</p>
        <Command text={made.command.linux} label={t('agent.copyCommands')} />
      </section>
      <details>
        <summary>{t('agent.authority')}</summary>
        <p className="sub small plain-p">{t('agent.authorityHint')}</p>
        <Command text={made.authority} label={t('agent.copyAuthority')} />
      </details>
    </div>
  );
}
