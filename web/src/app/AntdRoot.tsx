import { App, ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import zhCN from 'antd/es/locale/zh_CN';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { themeFor } from '@/styles/theme';
import { usePreferences } from '@/ui/preferences';
import { nonce } from './nonce';

export function AntdRoot({ children }: { children: ReactNode }) {
  const { dark, lang } = usePreferences();
  const [locale, setLocale] = useState<Locale>(zhCN);
  useEffect(() => {
    let live = true;
    if (lang === 'zh-CN') setLocale(zhCN);
    else
      void import('antd/es/locale/en_US').then((module) => {
        if (live) setLocale(module.default);
      });
    return () => {
      live = false;
    };
  }, [lang]);
  const theme = useMemo(() => themeFor(dark), [dark]);
  return (
    <ConfigProvider locale={locale} theme={theme} {...(nonce ? { csp: { nonce } } : {})} button={{ autoInsertSpace: false }}>
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
