import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { type Lang, setLang, storedLang } from '@/i18n';

export type ThemeMode = 'light' | 'dark' | 'system';
type Preferences = { mode: ThemeMode; dark: boolean; lang: Lang; setMode: (mode: ThemeMode) => void; changeLang: (lang: Lang) => void };
const Context = createContext<Preferences | null>(null);
const query = () => window.matchMedia('(prefers-color-scheme: dark)');

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [mode, setModeState] = useState<ThemeMode>(() => (localStorage.getItem('theme') as ThemeMode | null) ?? 'system');
  const [systemDark, setSystemDark] = useState(() => query().matches);
  const [lang, setLangState] = useState<Lang>(storedLang);
  useEffect(() => {
    const media = query();
    const changed = () => setSystemDark(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, []);
  const dark = mode === 'dark' || (mode === 'system' && systemDark);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);
  const value = useMemo<Preferences>(
    () => ({
      mode,
      dark,
      lang,
      setMode: (next) => {
        localStorage.setItem('theme', next);
        setModeState(next);
      },
      changeLang: (next) => {
        void setLang(next).then(() => setLangState(next));
      },
    }),
    [mode, dark, lang],
  );
  return <Context value={value}>{children}</Context>;
}

export function usePreferences() {
  const value = use(Context);
  if (!value) throw new Error('PreferencesProvider missing');
  return value;
}
