import { useTranslation } from 'react-i18next';
import { Card } from '@/ui/Card';
import type { PortRow } from './hosts';

/** How many hosts have which port open: the odd ones first. Each line is a filter. */
export function PortsCard({
  ports,
  chosen,
  onChoose,
}: {
  ports: readonly PortRow[];
  chosen: string | undefined;
  onChoose: (name: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const most = Math.max(1, ...ports.map((port) => port.hosts));
  return (
    <Card className="ports-card" title={`${t('discovery.portsTitle')} ${ports.length}`}>
      {ports.length === 0 ? (
        <p className="sub padded">{t('discovery.noPorts')}</p>
      ) : (
        <>
          <ul className="plain port-legend">
            <li className="weak">{t('discovery.weak')}</li>
            <li className="unexpected">{t('discovery.unexpected')}</li>
            <li className="rest">{t('discovery.expected')}</li>
          </ul>
          <ul className="plain port-bars" aria-label={t('discovery.portsNote')}>
            {ports.map((port) => {
              const rest = port.hosts - port.weak - port.unexpected;
              const share = (n: number) => ({ width: `${(n / most) * 100}%` });
              return (
                <li key={port.name}>
                  <button
                    type="button"
                    aria-pressed={chosen === port.name}
                    title={t('discovery.portsNote')}
                    onClick={() => onChoose(chosen === port.name ? undefined : port.name)}
                  >
                    <span className="mono">{port.name}</span>
                    <span className="sub small ellipsis">{port.service ?? ''}</span>
                    <span className="bar" aria-hidden="true">
                      <i className="weak" style={share(port.weak)} />
                      <i className="unexpected" style={share(port.unexpected)} />
                      <i className="rest" style={share(rest)} />
                    </span>
                    <span className="num small end">{t('discovery.portHosts', { n: port.hosts })}</span>
                  </button>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Card>
  );
}
