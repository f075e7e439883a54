import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/features/shared/session';
import { Keys } from '@/ui/Keys';
import { visibleTo } from './navigation';
import './palette.css';

type Line = [keys: string[], text: string];
type Part = [title: string, lines: Line[]];

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const general: Line[] = [
    [['Ctrl', 'K'], t('shortcut.palette')],
    [['/'], t('shortcut.search')],
    [['?'], t('shortcut.help')],
    [['Esc'], t('shortcut.close')],
  ];
  const grid: Line[] = [
    [['↑', '↓', '←', '→'], t('shortcut.move')],
    [['Shift', '↑', '↓', '←', '→'], t('shortcut.extend')],
    [['Enter'], t('shortcut.open')],
    [['Space'], t('shortcut.select')],
    [['Home', 'End'], t('shortcut.ends')],
    [['Alt', '←', '→'], t('shortcut.gantt')],
  ];
  const logs: Line[] = [
    [['j', 'k'], t('shortcut.move')],
    [['t'], t('shortcut.live')],
    [['p'], t('shortcut.halt')],
  ];
  const alerts: Line[] = [
    [['j', 'k'], t('shortcut.move')],
    [['a'], t('alert.acknowledge')],
    [['i'], t('alert.investigate')],
    [['m'], t('alert.take')],
    [['c'], t('alert.close')],
    [['e'], t('alert.except')],
  ];
  const go = visibleTo(permissions)
    .flatMap((group) => group.items)
    .map((item): Line => [['g', item.chord], t(`nav.${item.key}`)]);
  const columns: [Part, ...Part[]][] = [
    [[t('shortcut.general'), general], ...(permissions.includes('logs.read') ? [[t('shortcut.logs'), logs] as Part] : [])],
    [[t('shortcut.grids'), grid], ...(permissions.includes('alerts.triage') ? [[t('nav.alerts'), alerts] as Part] : [])],
    [[t('shortcut.goTo'), go]],
  ];
  return (
    <Modal open onCancel={onClose} footer={null} title={t('shortcut.title')} width={940}>
      <div className="shortcut-columns">
        {columns.map((sections) => (
          <div key={sections[0][0]}>
            {sections.map(([title, lines]) => (
              <Section key={title} title={title} lines={lines} />
            ))}
          </div>
        ))}
      </div>
    </Modal>
  );
}

function Section({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <section>
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
  );
}
