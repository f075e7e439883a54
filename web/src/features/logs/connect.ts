import type { LogListeners } from './types';

export const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;
export type Transport = (typeof TRANSPORTS)[number];
/** The ports that syslog is registered for, to be proposed where the server does not listen. */
export const USUAL_PORTS: Record<Transport, number> = { udp: 514, tcp: 514, tls: 6514 };

export type Listener = { port: number; host: string; isEverywhere: boolean; isHereAlone: boolean };

/** Where the server listens: `address:port`, an address of version 6 in brackets. */
export function listenerOf(address: string | null): Listener | null {
  const found = /^\[?([^\]]*)\]?:(\d+)$/.exec(address ?? '');
  if (!found) return null;
  const [, host = '', port] = found;
  return { port: Number(port), host, isEverywhere: host === '0.0.0.0' || host === '::', isHereAlone: /^(127\.|::1$)/.test(host) };
}

/** The way that is proposed: what loses nothing, then what is encrypted, then what there is. */
const PREFERRED: readonly Transport[] = ['tcp', 'tls', 'udp'];
export type Target = { transport: Transport; host: string; port: number };
/** Where a sender is to send; where the server listens nowhere, where it usually would. */
export function targetOf(listeners: LogListeners, host: string): Target {
  for (const transport of PREFERRED) {
    const listener = listenerOf(listeners[transport]);
    if (listener) return { transport, host: listener.isEverywhere ? host : listener.host, port: listener.port };
  }
  return { transport: 'tcp', host, port: USUAL_PORTS.tcp };
}

export const WAYS = ['rsyslog', 'syslogNg', 'windows', 'curl'] as const;
export type Way = (typeof WAYS)[number];
/** The certificate that signed the server's own, as the administrator puts it onto the sender. */
const AUTHORITY = '/etc/ssl/certs/xinglin-ca.pem';

/** What to write on the sender, and into which file. */
export function connectionOf(way: Way, target: Target, origin: string): { file: string | null; text: string } {
  switch (way) {
    case 'rsyslog':
      return { file: '/etc/rsyslog.d/90-xinglin.conf', text: rsyslog(target) };
    case 'syslogNg':
      return { file: '/etc/syslog-ng/conf.d/90-xinglin.conf', text: syslogNg(target) };
    case 'windows':
      return { file: 'nxlog.conf', text: nxlog(target) };
    case 'curl':
      return {
        file: null,
        text: [
          `curl -X POST ${origin}/api/v1/logs/receive \\`,
          '  -H "Authorization: Bearer $TOKEN" \\',
          '  -H "Content-Type: application/x-ndjson" \\',
          '  --data-binary @events.ndjson',
        ].join('\n'),
      };
  }
}

function rsyslog({ transport, host, port }: Target): string {
  const isStream = transport !== 'udp';
  return [
    ...(transport === 'tls' ? [`global(DefaultNetstreamDriverCAFile="${AUTHORITY}")`] : []),
    '*.* action(type="omfwd"',
    `  target="${host}" port="${port}" protocol="${isStream ? 'tcp' : 'udp'}"`,
    ...(transport === 'tls'
      ? ['  StreamDriver="gtls" StreamDriverMode="1"', `  StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="${host}"`]
      : []),
    ...(isStream ? ['  TCP_Framing="octet-counted"'] : []),
    '  template="RSYSLOG_SyslogProtocol23Format"',
    '  queue.type="LinkedList" queue.filename="xinglin"',
    '  queue.maxDiskSpace="1g" queue.saveOnShutdown="on"',
    '  action.resumeRetryCount="-1")',
  ].join('\n');
}

function syslogNg({ transport, host, port }: Target): string {
  return [
    'destination d_xinglin {',
    `  network("${host}" port(${port}) transport("${transport}")`,
    ...(transport === 'tls' ? [`    tls(ca-file("${AUTHORITY}") peer-verify(required-trusted))`] : []),
    '    flags(syslog-protocol)',
    '    disk-buffer(reliable(yes) disk-buf-size(1073741824)));',
    '};',
    'log { source(s_src); destination(d_xinglin); };',
  ].join('\n');
}

const NXLOG_OUTPUTS: Record<Transport, string> = { udp: 'om_udp', tcp: 'om_tcp', tls: 'om_ssl' };
function nxlog({ transport, host, port }: Target): string {
  return [
    '<Extension syslog>',
    '  Module  xm_syslog',
    '</Extension>',
    '<Input events>',
    '  Module  im_msvistalog',
    '</Input>',
    '<Output xinglin>',
    `  Module  ${NXLOG_OUTPUTS[transport]}`,
    `  Host    ${host}:${port}`,
    ...(transport === 'tls' ? ['  CAFile  %CERTDIR%\\xinglin-ca.pem'] : []),
    '  Exec    to_syslog_snare();',
    '</Output>',
    '<Route all>',
    '  Path    events => xinglin',
    '</Route>',
  ].join('\n');
}
