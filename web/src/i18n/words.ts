import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Messages } from './zh-CN';

type Group = keyof Messages['word'];

/** The page's term for a stable code of the server; an unknown code is shown as it came. */
export function useWord() {
  const { t, i18n } = useTranslation();
  return useCallback(
    (group: Group, code: string) => {
      const key = `word.${group}.${code}`;
      return i18n.exists(key) ? t(key as never) : code;
    },
    [t, i18n],
  );
}

/** Picks the language of bilingual content. */
export function useText() {
  const { i18n } = useTranslation();
  const english = i18n.language === 'en-US';
  return useCallback(
    (text: { zh: string; en: string } | null | undefined) => (text ? (english ? text.en || text.zh : text.zh || text.en) : ''),
    [english],
  );
}
