import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchState } from '@/features/shared/search';
import { PageHead } from '@/ui/PageHead';
import { DepartmentsTab } from './DepartmentsTab';
import { PeopleTab } from './PeopleTab';
import { PostsTab } from './PostsTab';

const TABS = ['people', 'departments', 'posts'] as const;

export function PeoplePage() {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const tab = TABS.find((x) => x === search.tab) ?? 'people';
  return (
    <div className="page">
      <PageHead title={t('nav.people')} />
      <Tabs
        activeKey={tab}
        onChange={(key) => set({ tab: key === 'people' ? undefined : key, id: undefined, q: undefined, department_id: undefined })}
        items={TABS.map((key) => ({ key, label: t(`people.tab.${key}`) }))}
      />
      {tab === 'people' ? <PeopleTab /> : tab === 'departments' ? <DepartmentsTab /> : <PostsTab />}
    </div>
  );
}
