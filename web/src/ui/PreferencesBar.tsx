import { BulbOutlined, DesktopOutlined, MoonOutlined, TranslationOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePreferences } from './preferences';

export function PreferencesBar() {
  const { t } = useTranslation();
  const { mode, setMode, lang, changeLang } = usePreferences();
  return (
    <div className="row">
      <Button
        type="text"
        icon={<TranslationOutlined aria-hidden />}
        aria-label={t('common.language')}
        onClick={() => changeLang(lang === 'zh-CN' ? 'en-US' : 'zh-CN')}
      >
        {lang === 'zh-CN' ? 'English' : '中文'}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: [mode],
          onClick: (e) => setMode(e.key as typeof mode),
          items: [
            { key: 'light', icon: <BulbOutlined aria-hidden />, label: t('common.light') },
            { key: 'dark', icon: <MoonOutlined aria-hidden />, label: t('common.dark') },
            { key: 'system', icon: <DesktopOutlined aria-hidden />, label: t('common.system') },
          ],
        }}
      >
        <Button
          type="text"
          icon={mode === 'dark' ? <MoonOutlined aria-hidden /> : <BulbOutlined aria-hidden />}
          aria-label={t('common.theme')}
        />
      </Dropdown>
    </div>
  );
}
