import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Messages, zh } from './zh-CN';

export type Lang = 'zh-CN' | 'en-US';
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Messages };
  }
}
const loaders: Record<Lang, () => Promise<Messages>> = {
  'zh-CN': async () => zh,
  'en-US': async () => (await import('./en-US')).en,
};

export async function setLang(lang: Lang) {
  if (!i18n.hasResourceBundle(lang, 'translation')) i18n.addResourceBundle(lang, 'translation', await loaders[lang]());
  await i18n.changeLanguage(lang);
  document.documentElement.lang = lang;
  try {
    localStorage.setItem('lang', lang);
  } catch {
    // Storage refused: the choice lasts as long as the page.
  }
}

export function storedLang(): Lang {
  try {
    return localStorage.getItem('lang') === 'en-US' ? 'en-US' : 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

export const i18nReady = i18n.use(initReactI18next).init({
  lng: 'zh-CN',
  fallbackLng: 'zh-CN',
  resources: { 'zh-CN': { translation: zh } },
  interpolation: { escapeValue: false },
  returnNull: false,
});
export { i18n };
