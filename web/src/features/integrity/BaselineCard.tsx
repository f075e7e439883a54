import { CameraOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatTime, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';

const TOUCHES = ['assets/{id}/integrity', 'integrity-changes', 'inspections'];

/** What an asset's files are compared with, who looks at them, and how to look again. */
export function BaselineCard({ assetId }: { assetId: number }) {
  const { t } = useTranslation();
  const may = useMay();
  const word = useWord();
  const [asking, setAsking] = useState(false);
  const path = { params: { path: { id: assetId } } };
  const { data, error, refetch } = api.useQuery('get', '/api/v1/assets/{id}/integrity', path);
  const scan = useChange(() => bodyOf(client.POST('/api/v1/assets/{id}/integrity/scan', path)), {
    touches: TOUCHES,
    done: t('integrity.scanned'),
  });
  const take = useChange(
    (body: Schemas['IntegrityBaselineInput']) => bodyOf(client.POST('/api/v1/assets/{id}/integrity/baseline', { ...path, body })),
    { touches: TOUCHES, done: t('integrity.taken'), onDone: () => setAsking(false) },
  );
  const actions = data && may('inspection.run') && (
    <>
      {data.source === 'local' && data.baseline && (
        <Button size="small" icon={<ReloadOutlined aria-hidden />} loading={scan.isPending} onClick={() => scan.mutate(undefined)}>
          {t('integrity.scan')}
        </Button>
      )}
      {data.source !== 'none' && (
        <Button size="small" icon={<CameraOutlined aria-hidden />} disabled={data.pending} onClick={() => setAsking(true)}>
          {t(data.baseline ? 'integrity.retake' : 'integrity.take')}
        </Button>
      )}
    </>
  );
  return (
    <Card
      className="baseline"
      title={
        <span className="row">
          {t('integrity.baseline')}
          {data && <Pill tone={data.source === 'none' ? 'mute' : 'good'}>{word('integritySource', data.source)}</Pill>}
          {data?.pending && <Pill tone="info">{t('integrity.pending')}</Pill>}
        </span>
      }
      extra={actions}
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Bones lines={3} />
      ) : data.baseline ? (
        <BaselineFacts status={data} baseline={data.baseline} />
      ) : (
        <EmptyState
          title={t('integrity.noBaseline')}
          hint={t(data.source === 'none' ? 'integrity.noSourceHint' : data.pending ? 'integrity.pendingHint' : 'integrity.noBaselineHint')}
        />
      )}
      <ReasonDialog
        open={asking}
        title={t(data?.baseline ? 'integrity.retake' : 'integrity.take')}
        hint={t('integrity.takeHint')}
        busy={take.isPending}
        onCancel={() => setAsking(false)}
        onSubmit={({ reason, paths }: { reason: string; paths?: string }) => {
          const listed = (paths ?? '')
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean);
          take.mutate({ reason, ...(listed.length > 0 ? { paths: listed } : {}) });
        }}
      >
        <Form.Item name="paths" label={t('integrity.paths')} extra={t('integrity.pathsHint')}>
          <Input.TextArea className="mono" rows={3} spellCheck={false} placeholder={'/etc\n/usr/local/bin'} />
        </Form.Item>
      </ReasonDialog>
    </Card>
  );
}

function BaselineFacts({ status, baseline }: { status: Schemas['Integrity']; baseline: Schemas['IntegrityBaseline'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl className="baseline-facts">
      <div>
        <dt>{t('integrity.takenAt')}</dt>
        <dd className="num">{formatTime(baseline.taken_at)}</dd>
        <dd className="sub small">
          {baseline.by} · {baseline.reason}
        </dd>
      </div>
      <div>
        <dt>{t('integrity.files')}</dt>
        <dd className="num">{format.count(baseline.files)}</dd>
        <dd className="sub small">
          {t('integrity.packages', { n: baseline.packages })}
          {baseline.cut_short && <b className="late"> · {t('integrity.cutShort')}</b>}
        </dd>
      </div>
      <div>
        <dt>{t('integrity.scope')}</dt>
        <dd className="mono ellipsis" title={baseline.scope.paths.join('\n')}>
          {baseline.scope.paths.join('  ')}
        </dd>
        <dd className="sub small ellipsis" title={baseline.scope.excludes.join('\n')}>
          {baseline.scope.excludes.length > 0 && t('integrity.excludes', { paths: baseline.scope.excludes.join('  ') })}
        </dd>
      </div>
      <div>
        <dt>{t('integrity.lastScan')}</dt>
        <dd className="num">{formatTime(status.last_scan_at)}</dd>
        <dd className="sub small" title={status.watch_problem ?? undefined}>
          {t(status.watching ? 'integrity.watching' : 'integrity.notWatching')}
          {status.watch_problem && ` · ${status.watch_problem}`}
        </dd>
      </div>
      <div>
        <dt>{t('integrity.unreadable')}</dt>
        <dd className="num">{baseline.unreadable.length}</dd>
        <dd className="sub small ellipsis" title={baseline.unreadable.map((u) => `${u.what}  ${u.why}`).join('\n')}>
          {baseline.unreadable[0]?.what ?? t('integrity.allRead')}
        </dd>
      </div>
    </dl>
  );
}
