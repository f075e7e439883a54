import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { Command } from '@/features/shared/Command';
import { Card } from '@/ui/Card';
import { connectionOf, PORTS, WAYS } from './connect';

/** Address and ports, and what to write on each kind of sender. */
export function ConnectHow() {
  const { t } = useTranslation();
  const host = window.location.hostname;
  return (
    <>
      <p className="plain-p">{t('logReceive.address', { host })}</p>
      <ul className="plain ports">
        {(['udp', 'tcp', 'tls'] as const).map((way) => (
          <li key={way}>
            <b className="mono">
              {way.toUpperCase()} {PORTS[way]}
            </b>
            <span className="sub small">{t(`logReceive.port.${way}`)}</span>
          </li>
        ))}
      </ul>
      <Tabs
        items={WAYS.map((way) => {
          const { file, text } = connectionOf(way, host, window.location.origin);
          return {
            key: way,
            label: t(`logReceive.way.${way}`),
            children: (
              <>
                <p className="sub small way-hint">
                  {t(`logReceive.wayHint.${way}`)} {file && <span className="mono">{file}</span>}
                </p>
                <Command text={text} label={t('logReceive.copy', { name: t(`logReceive.way.${way}`) })} />
              </>
            ),
          };
        })}
      />
    </>
  );
}

export function ConnectCard() {
  const { t } = useTranslation();
  return (
    <Card title={t('logReceive.connect')}>
      <ConnectHow />
    </Card>
  );
}
