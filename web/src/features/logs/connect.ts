/** Where senders reach the server: the ports that syslog is registered for. */
export const PORTS = { udp: 514, tcp: 514, tls: 6514 } as const;
export const WAYS = ['rsyslog', 'syslogNg', 'windows', 'curl'] as const;
export type Way = (typeof WAYS)[number];

/** What to write on the sender, and into which file. */
export function connectionOf(way: Way, host: string, origin: string): { file: string | null; text: string } {
  switch (way) {
    case 'rsyslog':
      return {
        file: '/etc/rsyslog.d/90-xinglin.conf',
        text: [
          '*.* action(type="omfwd"',
          `  target="${host}" port="${PORTS.tcp}" protocol="tcp"`,
          '  TCP_Framing="octet-counted"',
          '  template="RSYSLOG_SyslogProtocol23Format"',
          '  queue.type="LinkedList" queue.filename="xinglin"',
          '  queue.maxDiskSpace="1g" queue.saveOnShutdown="on"',
          '  action.resumeRetryCount="-1")',
        ].join('\n'),
      };
    case 'syslogNg':
      return {
        file: '/etc/syslog-ng/conf.d/90-xinglin.conf',
        text: [
          'destination d_xinglin {',
          `  network("${host}" port(${PORTS.tcp}) transport("tcp")`,
          '    flags(syslog-protocol)',
          '    disk-buffer(reliable(yes) disk-buf-size(1073741824)));',
          '};',
          'log { source(s_src); destination(d_xinglin); };',
        ].join('\n'),
      };
    case 'windows':
      return {
        file: 'nxlog.conf',
        text: [
          '<Extension syslog>',
          '  Module  xm_syslog',
          '</Extension>',
          '<Input events>',
          '  Module  im_msvistalog',
          '</Input>',
          '<Output xinglin>',
          '  Module  om_tcp',
          `  Host    ${host}:${PORTS.tcp}`,
          '  Exec    to_syslog_snare();',
          '</Output>',
          '<Route all>',
          '  Path    events => xinglin',
          '</Route>',
        ].join('\n'),
      };
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
