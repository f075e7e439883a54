import type { Schemas } from '@/api/client';

type Collector = Schemas['Collector'];
/** How a script is run: the command, what it writes, and whether a key signs its bundle. */
export type Recipe = { command: (key: string) => string; writes: string; isSigned: boolean };

const plain = (command: string, writes: string): Recipe => ({ command: () => command, writes, isSigned: false });
const RECIPES: Record<string, Recipe> = {
  'linux.sh': plain('sudo sh linux.sh > gathered.txt', 'gathered.txt'),
  'xinglin-collect.ps1': {
    command: (key) => `powershell.exe -NoProfile -ExecutionPolicy Bypass -File xinglin-collect.ps1 -Out D:\\${key && ` -Key ${key}`}`,
    writes: 'xinglin-*.zip',
    isSigned: true,
  },
  'xinglin-collect-vmware.ps1': {
    command: (key) => `Connect-VIServer vcenter.hospital.example\n.\\xinglin-collect-vmware.ps1 -Out D:\\${key && ` -Key ${key}`}`,
    writes: 'xinglin-*.zip',
    isSigned: true,
  },
  'mysql.sql': plain('mysql --batch --raw --skip-column-names --force -h HOST -u USER -p < mysql.sql > queries.txt 2>&1', 'queries.txt'),
  'postgresql.sql': plain('psql -X -q -h HOST -U USER -d postgres -f postgresql.sql > queries.txt 2>&1', 'queries.txt'),
  'kingbase.sql': plain('ksql -X -q -h HOST -U USER -d test -f kingbase.sql > queries.txt 2>&1', 'queries.txt'),
  'sql_server.sql': plain('sqlcmd -S HOST -U USER -i sql_server.sql -h -1 -W -w 65535 -f 65001 -o queries.txt', 'queries.txt'),
  'oracle.sql': plain('export NLS_LANG=.AL32UTF8\nsqlplus -S USER@//HOST:1521/SERVICE @oracle.sql > queries.txt', 'queries.txt'),
  'dm.sql': plain('disql USER@HOST:5236 `dm.sql > queries.txt', 'queries.txt'),
  'redis.sh': plain('REDISCLI_AUTH=… sh redis.sh -h HOST -p 6379 > queries.txt', 'queries.txt'),
  'mongodb.js': plain('mongosh --quiet --norc "mongodb://USER@HOST:27017/admin" mongodb.js > queries.json', 'queries.json'),
};

/** How this script is run; null for one that the page does not know, whose first lines say it. */
export const recipeOf = (name: string): Recipe | null => RECIPES[name] ?? null;

/** What is to be known before it is run. */
export function noteOf(family: Schemas['Family']): 'linux' | 'windows' | 'hypervisor' | 'database' {
  return family === 'linux' || family === 'windows' || family === 'hypervisor' ? family : 'database';
}

const SUITS: Partial<Record<Schemas['ObjectType'], (family: Schemas['Family']) => boolean>> = {
  server_os: (family) => family === 'linux' || family === 'windows',
  terminal: (family) => family === 'windows' || family === 'linux',
  virtualization: (family) => family === 'hypervisor',
  database: (family) => noteOf(family) === 'database',
};

/** The scripts, those first that suit the kind of asset. */
export function collectorsFor(all: readonly Collector[], objectType: Schemas['ObjectType']): Collector[] {
  const suits = SUITS[objectType] ?? (() => false);
  return all.toSorted((a, b) => Number(suits(b.family)) - Number(suits(a.family)));
}

/** A key of 128 random bits, to be typed by people where need be. */
export const makeKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
