import { describe, expect, it } from 'vitest';
import { compareAddresses, guessedType, hostRows, isShown, matchesHost, portRows, SHOWS } from './hosts';

const port = (number: number, more: object = {}) => ({
  port: number,
  protocol: 'tcp',
  state: 'open',
  service: null,
  product: null,
  version: null,
  tls: false,
  accepted: null,
  weaknesses: [],
  ...more,
});
const host = (address: string, more: object = {}) => ({
  addresses: [address],
  assets: [],
  names: [],
  mac: null,
  os: null,
  vendor: null,
  accepted: null,
  ports: [],
  ...more,
});
const finding = (address: string, problem: string, severity: string, number: number | null = null) => ({
  address,
  problem,
  severity,
  port: number,
  protocol: number === null ? null : 'tcp',
  asset_id: null,
  weakness: null,
});
const SEEN = {
  found: [
    host('10.1.0.20', { assets: [{ id: 1, name: '影像服务器' }], ports: [port(443), port(8080)] }),
    host('10.1.0.3', { assets: [{ id: 2, name: '前置机' }], ports: [port(23, { weaknesses: ['telnet'], service: 'telnet' }), port(443)] }),
    host('10.1.0.9', { ports: [port(443, { service: 'https' })], vendor: 'Hikvision' }),
    host('10.1.0.10', { assets: [{ id: 3, name: 'a' }], ports: [port(443)] }),
    host('10.1.0.11', { accepted: { at: '', reason: '' } }),
    host('10.1.0.12', {
      assets: [
        { id: 4, name: 'b' },
        { id: 5, name: 'c' },
      ],
    }),
  ],
  findings: [
    finding('10.1.0.9', 'unknown_host', 'high'),
    finding('10.1.0.20', 'unknown_port', 'medium', 8080),
    finding('10.1.0.3', 'weak_protocol', 'high', 23),
    finding('10.1.0.12', 'shared_host', 'low'),
  ],
} as never;

describe('hosts of a discovery', () => {
  const rows = hostRows(SEEN);
  it('begin with what is on no record, then the gravest', () => {
    expect(rows.map((row) => [row.address, row.standing])).toEqual([
      ['10.1.0.9', 'unknown'],
      ['10.1.0.3', 'asset'],
      ['10.1.0.20', 'asset'],
      ['10.1.0.12', 'shared'],
      ['10.1.0.10', 'asset'],
      ['10.1.0.11', 'expected'],
    ]);
  });
  it('have ports marked by the gravest thing', () => {
    expect(rows.map((row) => row.ports.map((p) => p.mark).join())).toEqual(['open', 'weak,open', 'unexpected,open', '', 'open', '']);
  });
  it('are told apart by what is shown', () => {
    expect(SHOWS.map((show) => rows.filter((row) => isShown(row, show)).length)).toEqual([1, 1, 1, 1, 2]);
    expect(rows.filter((row) => matchesHost(row, 'hikvision')).map((row) => row.address)).toEqual(['10.1.0.9']);
  });
  it('are counted by port', () => {
    expect(portRows(rows)).toEqual([
      { name: 'tcp/23', service: 'telnet', hosts: 1, weak: 1, unexpected: 0 },
      { name: 'tcp/443', service: 'https', hosts: 4, weak: 0, unexpected: 1 },
      { name: 'tcp/8080', service: null, hosts: 1, weak: 0, unexpected: 1 },
    ]);
  });
  it('stand in the order of numbers', () => {
    expect(['2001:db8::1', '10.2.0.1', '10.10.0.1', '9.0.0.1'].sort(compareAddresses)).toEqual([
      '9.0.0.1',
      '10.2.0.1',
      '10.10.0.1',
      '2001:db8::1',
    ]);
  });
  it('are guessed to be what their ports say', () => {
    const guess = (more: object) => guessedType(host('10.0.0.1', more) as never);
    expect([
      guess({ vendor: 'Huawei Technologies' }),
      guess({ vendor: 'Hikvision' }),
      guess({ ports: [port(9100)] }),
      guess({ ports: [port(1521)] }),
      guess({ os: 'Microsoft Windows 10' }),
      guess({ os: 'Linux 5.4' }),
    ]).toEqual(['network_device', 'iot_node', 'terminal', 'database', 'terminal', 'server_os']);
  });
});
