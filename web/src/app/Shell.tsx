import { KeyOutlined, LogoutOutlined, MenuFoldOutlined, MenuUnfoldOutlined, SearchOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { Link, useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useSession } from '@/features/shared/session';
import { useWord } from '@/i18n/words';
import { Keys } from '@/ui/Keys';
import { Logo } from '@/ui/Logo';
import { Pill } from '@/ui/Pill';
import { PreferencesBar } from '@/ui/PreferencesBar';
import { currentOf, homeOf, visibleTo } from './navigation';
import { useShortcuts } from './shortcuts';
import './shell.css';

const Palette = lazy(async () => ({ default: (await import('./Palette')).Palette }));
const ShortcutHelp = lazy(async () => ({ default: (await import('./ShortcutHelp')).ShortcutHelp }));

export function Shell() {
  const { t } = useTranslation();
  const [collapsed, setCollapsed] = useState(false);
  const [overlay, setOverlay] = useState<'palette' | 'help' | null>(null);
  useShortcuts({ onPalette: () => setOverlay('palette'), onHelp: () => setOverlay('help') });
  return (
    <div className={`shell${collapsed ? ' narrow' : ''}`}>
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <Sider collapsed={collapsed} />
      <header className="header">
        <Button
          type="text"
          aria-label={t('nav.toggle')}
          aria-expanded={!collapsed}
          icon={collapsed ? <MenuUnfoldOutlined aria-hidden /> : <MenuFoldOutlined aria-hidden />}
          onClick={() => setCollapsed(!collapsed)}
        />
        <Hospital />
        <span className="grow" />
        <button type="button" className="palette-button" onClick={() => setOverlay('palette')}>
          <SearchOutlined aria-hidden />
          <span>{t('palette.open')}</span>
          <Keys keys={['Ctrl', 'K']} />
        </button>
        <PreferencesBar />
        <User />
      </header>
      <main id="main" className="content" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {overlay === 'palette' && <Palette onClose={() => setOverlay(null)} />}
        {overlay === 'help' && <ShortcutHelp onClose={() => setOverlay(null)} />}
      </Suspense>
    </div>
  );
}

function Sider({ collapsed }: { collapsed: boolean }) {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const groups = visibleTo(permissions);
  // A page below another in the address is its own entry where the navigation has one.
  const current = currentOf(path, groups);
  return (
    <div className="sider">
      <nav aria-label={t('nav.main')}>
        <Link href={homeOf(permissions)} className="brand" label={t('app.name')}>
          <Logo size={26} />
          {!collapsed && <span>{t('app.name')}</span>}
        </Link>
        {groups.map((group) => (
          <div key={group.key} className="nav-group">
            {!collapsed && <span className="nav-title">{t(`nav.group.${group.key}`)}</span>}
            <ul className="plain">
              {group.items.map(({ key, href, icon: Icon }) => (
                <li key={key}>
                  <Link
                    href={href}
                    className="nav-link"
                    current={href === current}
                    {...(collapsed ? { label: t(`nav.${key}`), title: t(`nav.${key}`) } : {})}
                  >
                    <Icon aria-hidden />
                    {!collapsed && <span>{t(`nav.${key}`)}</span>}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </div>
  );
}

function Hospital() {
  const { t } = useTranslation();
  const { organisation, demo } = useSession();
  return (
    <span className="hospital">
      <span className="ellipsis">{organisation}</span>
      {demo && <Pill tone="accent">{t('app.demo')}</Pill>}
    </span>
  );
}

function User() {
  const { t } = useTranslation();
  const word = useWord();
  const go = useGo();
  const { account } = useSession();
  const leave = useMutation({
    mutationFn: () => client.DELETE('/api/v1/session'),
    // A full load forgets everything the page knew of the last session.
    onSettled: () => window.location.assign(paths.signIn()),
  });
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'password', icon: <KeyOutlined aria-hidden />, label: t('session.changePassword') },
          { key: 'out', icon: <LogoutOutlined aria-hidden />, label: t('session.signOut') },
        ],
        onClick: ({ key }) => (key === 'out' ? leave.mutate() : go(paths.password())),
      }}
    >
      <Button type="text" className="user">
        <span className="avatar" aria-hidden="true">
          {account.display_name.slice(0, 1)}
        </span>
        {account.display_name}
        <span className="role">{account.roles.map((role) => word('role', role)).join(' · ')}</span>
      </Button>
    </Dropdown>
  );
}
