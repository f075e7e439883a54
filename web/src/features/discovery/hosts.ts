import type { Schemas } from '@/api/client';

type Discovery = Schemas['Discovery'];
export type Host = Schemas['DiscoveredHost'];
export type Port = Schemas['DiscoveredPort'];
export type Found = Schemas['DiscoveryFinding'];
/** How a host stands to the register. */
export type Standing = 'unknown' | 'shared' | 'asset' | 'expected';
/** How a port stands: the gravest thing that is to be said of it. */
export type Mark = 'weak' | 'unexpected' | 'accepted' | 'open';

const MARKS: readonly Mark[] = ['weak', 'unexpected', 'open', 'accepted'];

export type HostRow = {
  key: number;
  address: string;
  host: Host;
  standing: Standing;
  findings: Found[];
  ports: { port: Port; name: string; mark: Mark }[];
};
/** A port over all hosts. */
export type PortRow = { name: string; service: string | null; hosts: number; weak: number; unexpected: number };

export const SHOWS = ['unknown', 'unexpected', 'weak', 'shared', 'fine'] as const;
export type Show = (typeof SHOWS)[number];

/** `tcp/445`, as filters and pictures name a port. */
export const portName = (port: Pick<Port, 'protocol' | 'port'>) => `${port.protocol}/${port.port}`;

/** The hosts of a discovery: those on no record first, then by what was found, then by address. */
export function hostRows(discovery: Pick<Discovery, 'found' | 'findings'>): HostRow[] {
  const byAddress = new Map<string, Found[]>();
  for (const finding of discovery.findings) byAddress.set(finding.address, [...(byAddress.get(finding.address) ?? []), finding]);
  const rows = discovery.found.map((host, index) => {
    const findings = host.addresses.flatMap((address) => byAddress.get(address) ?? []);
    return {
      key: index + 1,
      address: host.addresses[0] ?? '',
      host,
      standing: standingOf(host),
      findings,
      // What is odd stands first, so that a narrow column never hides it.
      ports: host.ports
        .map((port) => ({ port, name: portName(port), mark: markOf(port, findings) }))
        .sort((a, b) => MARKS.indexOf(a.mark) - MARKS.indexOf(b.mark) || a.port.port - b.port.port),
    };
  });
  return rows.sort((a, b) => rank(a) - rank(b) || compareAddresses(a.address, b.address));
}

function standingOf(host: Host): Standing {
  if (host.assets.length > 1) return 'shared';
  if (host.assets.length === 1) return 'asset';
  return host.accepted ? 'expected' : 'unknown';
}

function markOf(port: Port, findings: readonly Found[]): Mark {
  if (port.weaknesses.length > 0) return 'weak';
  const isUnexpected = findings.some((f) => f.problem === 'unknown_port' && f.port === port.port && f.protocol === port.protocol);
  if (isUnexpected) return 'unexpected';
  return port.accepted ? 'accepted' : 'open';
}

const SEVERITY = { high: 1, medium: 2, low: 3 } as const;
const rank = (row: HostRow) => (row.standing === 'unknown' ? 0 : Math.min(9, ...row.findings.map((f) => SEVERITY[f.severity])));

/** Addresses in the order of numbers; version 6 after version 4. */
export function compareAddresses(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => (/^\d+(\.\d+){3}$/.test(text) ? text.split('.').map(Number) : null));
  if (!left || !right) return Number(!left) - Number(!right) || a.localeCompare(b);
  for (let i = 0; i < 4; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a host belongs to what is shown. */
export function isShown(row: HostRow, show: Show): boolean {
  switch (show) {
    case 'unknown':
      return row.standing === 'unknown';
    case 'shared':
      return row.standing === 'shared';
    case 'unexpected':
      return row.findings.some((f) => f.problem === 'unknown_port');
    case 'weak':
      return row.findings.some((f) => f.problem === 'weak_protocol');
    case 'fine':
      return row.standing !== 'unknown' && row.findings.length === 0;
  }
}

/** The ports over all hosts: weak ones first, then unexpected ones, then by how many hosts have them. */
export function portRows(rows: readonly HostRow[]): PortRow[] {
  const found = new Map<string, PortRow>();
  for (const row of rows)
    for (const { port, name, mark } of row.ports) {
      if (port.state !== 'open') continue;
      const one = found.get(name) ?? { name, service: port.service, hosts: 0, weak: 0, unexpected: 0 };
      one.hosts += 1;
      one.service ??= port.service;
      if (mark === 'weak') one.weak += 1;
      // All ports of a host on no record are unexpected, which its own finding says.
      else if (mark === 'unexpected' || (row.standing === 'unknown' && mark === 'open')) one.unexpected += 1;
      found.set(name, one);
    }
  return [...found.values()].sort(
    (a, b) => b.weak - a.weak || b.unexpected - a.unexpected || b.hosts - a.hosts || a.name.localeCompare(b.name),
  );
}

/** Whether a host is what somebody looks for by address, name, vendor or system. */
export function matchesHost(row: HostRow, q: string): boolean {
  const { host } = row;
  const said = [...host.addresses, ...host.names, host.mac, host.vendor, host.os, ...host.assets.map((a) => a.name)];
  return said.join(' ').toLowerCase().includes(q.toLowerCase());
}

const DATABASES = [1433, 1521, 3306, 5236, 5432, 6379, 27017, 54321];
const PRINTING = [515, 631, 9100];

/** The kind of object that a host probably is; the person who registers it decides. */
export function guessedType(host: Host): Schemas['ObjectType'] {
  const said = `${host.vendor ?? ''} ${host.os ?? ''}`.toLowerCase();
  const ports = host.ports.filter((p) => p.state === 'open').map((p) => p.port);
  if (/huawei|h3c|cisco|ruijie|zte|juniper|switch|router/.test(said)) return 'network_device';
  if (/hikvision|dahua|axis|camera/.test(said)) return 'iot_node';
  if (PRINTING.some((port) => ports.includes(port))) return 'terminal';
  if (DATABASES.some((port) => ports.includes(port))) return 'database';
  if (/windows (7|8|10|11|xp)/.test(said)) return 'terminal';
  return 'server_os';
}
