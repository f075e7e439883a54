import { CodeOutlined, DesktopOutlined, GlobalOutlined, LinkOutlined, NumberOutlined, UserOutlined } from '@ant-design/icons';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n/words';
import { entityText } from './queue';
import type { Entity, EntityKind } from './types';

type Props = { entities: readonly Entity[]; onChoose: (entity: string) => void; most?: number };

const ICONS: Record<EntityKind, ComponentType<{ 'aria-hidden'?: boolean }>> = {
  host: DesktopOutlined,
  user: UserOutlined,
  address: GlobalOutlined,
  program: CodeOutlined,
  domain: LinkOutlined,
  hash: NumberOutlined,
};

/** Who and what an alert is about; each filters the queue. Where there is room for all, their kinds are named. */
export function Entities({ entities, onChoose, most }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const shown = most === undefined ? entities : entities.slice(0, most);
  const rest = entities.slice(shown.length);
  return (
    <span className="entities">
      {shown.map((entity) => {
        const kind = word('entityKind', entity.kind);
        const Icon = ICONS[entity.kind];
        return (
          <button
            key={entityText(entity)}
            type="button"
            className="entity"
            title={t('alert.onlyEntity', { kind, value: entity.value })}
            onClick={() => onChoose(entityText(entity))}
          >
            <Icon aria-hidden />
            {most === undefined && <span className="sub">{kind}</span>}
            <span className="ellipsis">{entity.value}</span>
          </button>
        );
      })}
      {rest.length > 0 && (
        <span className="sub small num" title={rest.map((entity) => `${word('entityKind', entity.kind)} ${entity.value}`).join('\n')}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}
