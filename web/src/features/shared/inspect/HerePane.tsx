import { Alert, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client } from '@/api/client';
import { PaneFoot, type PaneProps } from './panes';
import { TargetProblem } from './TargetProblem';
import { useInspect } from './useInspect';

/** The very machine that the server runs on. */
export function HerePane({ asset, onClose }: PaneProps) {
  const { t } = useTranslation();
  const inspect = useInspect<void>(
    (_, signal) => bodyOf(client.POST('/api/v1/assets/{id}/inspections', { params: { path: { id: asset.id } }, signal })),
    onClose,
  );
  return (
    <Form layout="vertical" onFinish={() => inspect.mutate()}>
      {!asset.local_host && <Alert type="info" showIcon title={t('inspect.notHere')} description={t('inspection.noLocal')} />}
      <TargetProblem error={inspect.error} />
      <PaneFoot busy={inspect.isPending} onStop={inspect.stop} onClose={onClose} disabled={!asset.local_host} />
    </Form>
  );
}
