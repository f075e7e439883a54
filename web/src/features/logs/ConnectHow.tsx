import { useQuery } from '@tanstack/react-query';
import { Alert, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { Command } from '@/features/shared/Command';
import { ProblemAlert } from '@/features/shared/problems';
import { Card } from '@/ui/Card';
import { Bones } from '@/ui/states';
import { listenersQuery } from './api';
import { connectionOf, listenerOf, TRANSPORTS, targetOf, USUAL_PORTS, WAYS } from './connect';
import type { LogListeners } from './types';

/** Address and ports, and what to write on each kind of sender. */
export function ConnectHow() {
  const { data, error } = useQuery(listenersQuery());
  if (error) return <ProblemAlert error={error} />;
  return data ? <Shown listeners={data} /> : <Bones lines={4} />;
}

function Shown({ listeners }: { listeners: LogListeners }) {
  const { t } = useTranslation();
  const host = window.location.hostname;
  const target = targetOf(listeners, host);
  return (
    <>
      <Ports listeners={listeners} host={target.host} />
      <Tabs
        items={WAYS.map((way) => {
          const { file, text } = connectionOf(way, target, window.location.origin);
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

/** Where the server listens, and how it is started so that it does. */
function Ports({ listeners, host }: { listeners: LogListeners; host: string }) {
  const { t } = useTranslation();
  const known = TRANSPORTS.map((way) => ({ way, listener: listenerOf(listeners[way]) }));
  const heard = known.filter(({ listener }) => listener);
  return (
    <>
      {heard.length === 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t('logReceive.deaf')}
          description={
            <>
              {t('logReceive.deafHint')}{' '}
              <code className="mono">{`xinglin serve --syslog-udp 0.0.0.0:${USUAL_PORTS.udp} --syslog-tcp 0.0.0.0:${USUAL_PORTS.tcp}`}</code>
            </>
          }
        />
      ) : (
        <p className="plain-p">{t('logReceive.address', { host })}</p>
      )}
      <ul className="plain ports">
        {known.map(({ way, listener }) => (
          <li key={way}>
            <b className="mono">
              {way.toUpperCase()} {listener?.port}
            </b>
            <span className="sub small">
              {listener ? (
                t(`logReceive.port.${way}`)
              ) : (
                <>
                  {t('logReceive.closed')} <code className="mono nowrap">--syslog-{way}</code>
                </>
              )}
              {listener?.isHereAlone && <span className="late"> {t('logReceive.hereAlone')}</span>}
            </span>
          </li>
        ))}
      </ul>
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
