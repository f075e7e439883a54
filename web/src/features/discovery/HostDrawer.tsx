import { Button, Drawer } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { formatDay } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { HostPorts } from './HostPorts';
import type { HostRow, Port } from './hosts';
import { portName } from './hosts';
import { RegisterDialog } from './RegisterDialog';
import { STANDING_TONES } from './tones';

type Asked = { ports: readonly Port[] } | 'host' | 'asset' | null;

/** One host of a discovery: what it is, what is odd about it, and how to settle that. */
export function HostDrawer({ discovery, row, onClose }: { discovery: number; row: HostRow | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked>(null);
  const accept = useChange(
    async ({ ports, reason }: { ports: readonly Port[] | null; reason: string }) => {
      const path = { params: { path: { id: discovery } } };
      const body = { address: row?.address ?? '', reason };
      if (!ports) return bodyOf(client.POST('/api/v1/discoveries/{id}/accept', { ...path, body }));
      for (const { port, protocol } of ports)
        await client.POST('/api/v1/discoveries/{id}/accept', { ...path, body: { ...body, port, protocol } });
      return null;
    },
    { touches: ['discoveries'], done: t('discovery.accepted'), onDone: () => setAsked(null) },
  );
  const ports = asked !== null && typeof asked === 'object' ? asked.ports : null;
  return (
    <Drawer
      open={row !== undefined}
      onClose={onClose}
      size={600}
      mask={false}
      title={<span className="mono">{row?.address}</span>}
      extra={row && <Actions row={row} onAsk={setAsked} />}
    >
      {row && (
        <>
          <Facts row={row} />
          <Oddities row={row} />
          <HostPorts row={row} onAccept={(chosen) => setAsked({ ports: chosen })} />
          <ReasonDialog
            open={asked === 'host' || ports !== null}
            title={ports ? t('discovery.acceptPorts', { n: ports.length }) : t('discovery.acceptHost')}
            hint={
              ports
                ? t('discovery.acceptPortHint', { address: row.address, ports: ports.map(portName).join(', ') })
                : t('discovery.acceptHostHint')
            }
            busy={accept.isPending}
            onCancel={() => setAsked(null)}
            onSubmit={(v: { reason: string }) => accept.mutate({ ports, reason: v.reason })}
          />
          {asked === 'asset' && <RegisterDialog discovery={discovery} row={row} onClose={() => setAsked(null)} />}
        </>
      )}
    </Drawer>
  );
}

function Actions({ row, onAsk }: { row: HostRow; onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const may = useMay();
  if (row.host.assets.length > 0) return null;
  return (
    <span className="row">
      {row.standing === 'unknown' && may('assessment.judge') && <Button onClick={() => onAsk('host')}>{t('discovery.acceptHost')}</Button>}
      {may('records.write') && (
        <Button type="primary" onClick={() => onAsk('asset')}>
          {t('discovery.register')}
        </Button>
      )}
    </span>
  );
}

function Facts({ row }: { row: HostRow }) {
  const { t } = useTranslation();
  const word = useWord();
  const { host } = row;
  const line = (label: string, value: ReactNode) =>
    value ? (
      <div>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </div>
    ) : null;
  return (
    <dl className="facts">
      {line(
        t('discovery.standing'),
        <span className="row wrap">
          <Pill tone={STANDING_TONES[row.standing]}>{word('hostStanding', row.standing)}</Pill>
          {host.assets.map((asset) => (
            <Link key={asset.id} href={paths.assets({ id: asset.id })}>
              {asset.name}
            </Link>
          ))}
          {host.accepted && (
            <span className="sub">{t('discovery.acceptedAs', { at: formatDay(host.accepted.at), reason: host.accepted.reason })}</span>
          )}
        </span>,
      )}
      {line(t('field.address'), host.addresses.length > 1 && <span className="mono">{host.addresses.join('  ')}</span>)}
      {line(t('discovery.names'), host.names.join('  '))}
      {line(t('discovery.mac'), host.mac && <span className="mono">{host.mac}</span>)}
      {line(t('discovery.vendor'), host.vendor)}
      {line(t('discovery.os'), host.os)}
    </dl>
  );
}

/** What is odd about the host as such; what is odd about a port stands with it. */
function Oddities({ row }: { row: HostRow }) {
  const word = useWord();
  const odd = row.findings.filter((f) => f.port === null);
  if (odd.length === 0) return null;
  return (
    <ul className="plain oddities">
      {odd.map((f) => (
        <li key={f.problem}>
          <Pill tone={f.severity === 'high' ? 'bad' : f.severity === 'medium' ? 'warn' : 'info'}>
            {word('discoveryProblem', f.problem)}
          </Pill>
          <span>{word('discoveryProblemWhy', f.problem)}</span>
        </li>
      ))}
    </ul>
  );
}
