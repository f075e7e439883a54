import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/features/shared/session';
import { Keys } from '@/ui/Keys';
import { visibleTo } from './navigation';
import './palette.css';

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const general: [string[], string][] = [
    [['Ctrl', 'K'], t('shortcut.palette')],
    [['/'], t('shortcut.search')],
    [['?'], t('shortcut.help')],
    [['Esc'], t('shortcut.close')],
  ];
  const grid: [string[], string][] = [
    [['↑', '↓', '←', '→'], t('shortcut.move')],
    [['Shift', '↑', '↓', '←', '→'], t('shortcut.extend')],
    [['Enter'], t('shortcut.open')],
    [['Space'], t('shortcut.select')],
    [['Home', 'End'], t('shortcut.ends')],
    [['Alt', '←', '→'], t('shortcut.gantt')],
  ];
  const go = visibleTo(permissions)
    .flatMap((group) => group.items)
    .map((item): [string[], string] => [['g', item.chord], t(`nav.${item.key}`)]);
  return (
    <Modal open onCancel={onClose} footer={null} title={t('shortcut.title')} width={760}>
      <div className="shortcut-columns">
        {(
          [
            [t('shortcut.general'), general],
            [t('shortcut.grids'), grid],
            [t('shortcut.goTo'), go],
          ] as const
        ).map(([title, lines]) => (
          <section key={title}>
            <h2>{title}</h2>
            <ul className="plain">
              {lines.map(([keys, text]) => (
                <li key={text}>
                  <span>{text}</span>
                  <Keys keys={keys} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Modal>
  );
}
