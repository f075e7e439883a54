import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/shared/session';
import { formatDay } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { type HostRow, type Port, portName } from './hosts';
import { useMarkWord } from './PortMark';
import { MARK_TONES } from './tones';

/** The ports of a host: what answers there, what is weak about it, and whether somebody expects it. */
export function HostPorts({ row, onAccept }: { row: HostRow; onAccept: (ports: readonly Port[]) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const say = useMarkWord();
  const may = useMay();
  // Ports of a host on no record wait until it is an asset.
  const open =
    row.host.assets.length > 0 && may('assessment.judge') ? row.ports.filter((p) => p.port.state === 'open' && !p.port.accepted) : [];
  return (
    <section className="host-ports">
      <div className="row">
        <h2 className="part grow">
          {t('discovery.ports_open')} {row.ports.length}
        </h2>
        {open.length > 1 && (
          <Button size="small" onClick={() => onAccept(open.map((p) => p.port))}>
            {t('discovery.acceptPorts', { n: open.length })}
          </Button>
        )}
      </div>
      {row.ports.length === 0 ? (
        <p className="sub">{t('discovery.noPorts')}</p>
      ) : (
        <ul className="plain">
          {row.ports.map(({ port, name, mark }) => (
            <li key={name}>
              <div className="row wrap">
                <b className="mono port-name">{name}</b>
                <span className="grow">
                  {[port.service, [port.product, port.version].filter(Boolean).join(' '), port.tls ? 'TLS' : null]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                {port.state !== 'open' && <Pill tone="mute">{word('portState', port.state)}</Pill>}
                {(mark === 'unexpected' || (mark === 'weak' && open.some((p) => p.name === name))) && (
                  <Pill tone={MARK_TONES.unexpected}>{say('unexpected')}</Pill>
                )}
                {open.some((p) => p.name === name) && (
                  <Button size="small" aria-label={`${t('discovery.acceptPort')} ${portName(port)}`} onClick={() => onAccept([port])}>
                    {t('discovery.acceptPort')}
                  </Button>
                )}
              </div>
              {port.weaknesses.map((weakness) => (
                <div key={weakness} className="row oddity">
                  <Pill tone="bad">{word('weakness', weakness)}</Pill>
                  <span className="small">{word('weaknessWhy', weakness)}</span>
                </div>
              ))}
              {port.accepted && (
                <div className="sub small">
                  {t('discovery.acceptedAs', { at: formatDay(port.accepted.at), reason: port.accepted.reason })}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
