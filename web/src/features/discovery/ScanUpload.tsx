import { App, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, multipart, type Schemas } from '@/api/client';
import { Command } from '@/features/shared/Command';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { Bones } from '@/ui/states';

/** Takes in what nmap wrote elsewhere. */
export function ScanUpload({ ranges, onClose }: { ranges: readonly Schemas['ScanRange'][]; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const go = useGo();
  const upload = useChange((file: File) => bodyOf(client.POST('/api/v1/discoveries', multipart(file))), {
    touches: ['discoveries'],
    quiet: true,
    onDone: (discovery) => {
      const { hosts, rejected } = discovery;
      void message.success(t(rejected ? 'discovery.takenRejected' : 'discovery.taken', { hosts, rejected }));
      onClose();
      go(paths.discovery(discovery.id));
    },
  });
  const allowed = ranges.filter((range) => range.in_force).map((range) => range.range);
  return (
    <Modal open title={t('discovery.upload')} footer={null} onCancel={onClose} width={620}>
      <div className="stack-v">
        <p className="sub plain-p">{t('discovery.uploadHint')}</p>
        {upload.isPending ? (
          <Bones lines={3} />
        ) : (
          <FileDrop label={t('discovery.choose')} accept=".xml,text/xml,application/xml" onFile={(file) => upload.mutate(file)} />
        )}
        <ProblemAlert error={upload.error} />
        <div>
          <p className="sub small plain-p">{t('discovery.command')}</p>
          <Command text={`nmap -sS -sV --max-rate 200 -oX scan.xml ${allowed.join(' ')}`} />
        </div>
      </div>
    </Modal>
  );
}
