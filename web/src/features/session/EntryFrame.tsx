import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '@/ui/Logo';
import { PreferencesBar } from '@/ui/PreferencesBar';
import './entry.css';

/** The frame of the pages before the door: what this is on the left, the form on the right. */
export function EntryFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="entry">
      <aside className="entry-art" aria-hidden="true">
        <div>
          <Logo size={48} />
          <p className="entry-big">{t('app.title')}</p>
          <ul>
            <li>{t('entry.one')}</li>
            <li>{t('entry.two')}</li>
            <li>{t('entry.three')}</li>
          </ul>
        </div>
      </aside>
      <main className="entry-main">
        <div className="entry-bar">
          <PreferencesBar />
        </div>
        {children}
      </main>
    </div>
  );
}
