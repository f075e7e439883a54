import {
  AlertOutlined,
  ApiOutlined,
  AuditOutlined,
  BankOutlined,
  BookOutlined,
  CloudServerOutlined,
  ClusterOutlined,
  ConsoleSqlOutlined,
  DashboardOutlined,
  DesktopOutlined,
  FieldTimeOutlined,
  FileProtectOutlined,
  FileSearchOutlined,
  FileSyncOutlined,
  FunctionOutlined,
  HddOutlined,
  HistoryOutlined,
  PushpinOutlined,
  RadarChartOutlined,
  ScanOutlined,
  SecurityScanOutlined,
  SendOutlined,
  TeamOutlined,
  UserSwitchOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';
import { type Href, paths } from '@/features/shared/paths';
import type { Permission } from '@/features/shared/session';

export type NavKey =
  | 'overview'
  | 'systems'
  | 'assets'
  | 'people'
  | 'assessments'
  | 'findings'
  | 'plans'
  | 'inspections'
  | 'discovery'
  | 'agents'
  | 'integrity'
  | 'exceptions'
  | 'alerts'
  | 'rules'
  | 'indicators'
  | 'logs'
  | 'logSql'
  | 'logSchedules'
  | 'logSources'
  | 'logStorage'
  | 'logReceiving'
  | 'catalogue'
  | 'accounts'
  | 'ledger'
  | 'organisation';
export type NavItem = {
  key: NavKey;
  href: Href;
  icon: ComponentType<{ 'aria-hidden'?: boolean }>;
  needs: readonly Permission[];
  chord: string;
};
export type NavGroup = { key: 'work' | 'inspection' | 'detection' | 'logs' | 'records' | 'administration'; items: readonly NavItem[] };

/** The main navigation; an item is shown to those who hold one of its permissions. */
export const NAVIGATION: readonly NavGroup[] = [
  {
    key: 'work',
    items: [
      { key: 'overview', href: paths.overview(), icon: DashboardOutlined, needs: ['assessment.read'], chord: 'o' },
      { key: 'assessments', href: paths.assessments(), icon: FileProtectOutlined, needs: ['assessment.read'], chord: 'a' },
      { key: 'findings', href: paths.findings(), icon: WarningOutlined, needs: ['finding.read'], chord: 'f' },
      { key: 'plans', href: paths.plans(), icon: FieldTimeOutlined, needs: ['plan.read'], chord: 'p' },
    ],
  },
  {
    key: 'inspection',
    items: [
      { key: 'inspections', href: paths.inspections(), icon: ScanOutlined, needs: ['inspection.run', 'assessment.read'], chord: 'i' },
      { key: 'discovery', href: paths.discoveries(), icon: RadarChartOutlined, needs: ['assessment.read'], chord: 'd' },
      { key: 'agents', href: paths.agents(), icon: ClusterOutlined, needs: ['assessment.read'], chord: 'h' },
      { key: 'integrity', href: paths.integrity(), icon: FileSyncOutlined, needs: ['assessment.read'], chord: 'y' },
      { key: 'exceptions', href: paths.exceptions(), icon: PushpinOutlined, needs: ['assessment.read'], chord: 'x' },
    ],
  },
  {
    key: 'detection',
    items: [
      { key: 'alerts', href: paths.alerts(), icon: AlertOutlined, needs: ['alerts.read'], chord: 'w' },
      { key: 'rules', href: paths.rules(), icon: FunctionOutlined, needs: ['alerts.read'], chord: 'j' },
      { key: 'indicators', href: paths.indicators(), icon: SecurityScanOutlined, needs: ['alerts.read'], chord: 'z' },
    ],
  },
  {
    key: 'logs',
    items: [
      { key: 'logs', href: paths.logs(), icon: FileSearchOutlined, needs: ['logs.read'], chord: 'q' },
      { key: 'logSql', href: paths.logSql(), icon: ConsoleSqlOutlined, needs: ['logs.read'], chord: 'm' },
      { key: 'logSchedules', href: paths.logSchedules(), icon: HistoryOutlined, needs: ['logs.read'], chord: 'b' },
      { key: 'logSources', href: paths.logSources(), icon: SendOutlined, needs: ['logs.read'], chord: 'r' },
      { key: 'logStorage', href: paths.logStorage(), icon: HddOutlined, needs: ['logs.read'], chord: 'k' },
      { key: 'logReceiving', href: paths.logReceiving(), icon: ApiOutlined, needs: ['logs.manage'], chord: 'v' },
    ],
  },
  {
    key: 'records',
    items: [
      { key: 'systems', href: paths.systems(), icon: CloudServerOutlined, needs: ['records.read'], chord: 's' },
      { key: 'assets', href: paths.assets(), icon: DesktopOutlined, needs: ['records.read'], chord: 't' },
      { key: 'people', href: paths.people(), icon: TeamOutlined, needs: ['records.read'], chord: 'e' },
      { key: 'catalogue', href: paths.catalogue(), icon: BookOutlined, needs: ['assessment.read', 'records.read'], chord: 'c' },
    ],
  },
  {
    key: 'administration',
    items: [
      { key: 'accounts', href: paths.accounts(), icon: UserSwitchOutlined, needs: ['account.manage', 'account.authorise'], chord: 'u' },
      { key: 'ledger', href: paths.ledger(), icon: AuditOutlined, needs: ['ledger.read'], chord: 'l' },
      { key: 'organisation', href: paths.organisation(), icon: BankOutlined, needs: ['settings.write', 'records.write'], chord: 'n' },
    ],
  },
];

/** What a session sees of the navigation; empty groups fall away. */
export function visibleTo(permissions: readonly Permission[]): NavGroup[] {
  return NAVIGATION.map((group) => ({
    ...group,
    items: group.items.filter((item) => item.needs.some((p) => permissions.includes(p))),
  })).filter((group) => group.items.length > 0);
}

/** The entry that an address belongs to: the longest that begins it. */
export function currentOf(path: string, groups: readonly NavGroup[]): Href | undefined {
  const isWithin = (href: string) => path === href || (href !== '/' && path.startsWith(`${href}/`));
  return groups
    .flatMap((group) => group.items.map((item) => item.href))
    .filter(isWithin)
    .sort((a, b) => b.length - a.length)[0];
}

/** Where a session lands: the first page it may see. */
export const homeOf = (permissions: readonly Permission[]): Href => visibleTo(permissions)[0]?.items[0]?.href ?? paths.password();
