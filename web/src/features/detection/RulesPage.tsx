import { PlusOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { PageHead } from '@/ui/PageHead';
import { BaselinesTab } from './BaselinesTab';
import { CoverageTab } from './CoverageTab';
import { ExceptionsTab } from './ExceptionsTab';
import { LookBackDialog } from './LookBackDialog';
import { LookBackProgress } from './LookBackProgress';
import { RulesTab } from './RulesTab';
import { StatusStrip } from './StatusStrip';
import './rules.css';

const TABS = ['rules', 'baselines', 'coverage', 'exceptions'] as const;

/** What is looked for in the logs: the rules, what they cover, and where they are told to be quiet. */
export function RulesPage() {
  const { t } = useTranslation();
  const go = useGo();
  const mayManage = useMay()('detection.manage');
  const [search, set] = useSearchState();
  const [isLooking, setLooking] = useState(false);
  const tab = TABS.find((one) => one === search.tab) ?? 'rules';
  const job = numberOf(search.job);
  return (
    <div className="page rules">
      <PageHead title={t('nav.rules')}>
        {mayManage && (
          <>
            <Button onClick={() => setLooking(true)}>{t('detection.lookBack')}</Button>
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => go(paths.ruleEditor())}>
              {t('detection.addRule')}
            </Button>
          </>
        )}
      </PageHead>
      <StatusStrip />
      {job !== undefined && <LookBackProgress id={job} onClose={() => set({ job: undefined })} />}
      <Tabs
        activeKey={tab}
        onChange={(key) =>
          set({
            tab: key === 'rules' ? undefined : key,
            id: undefined,
            q: undefined,
            level: undefined,
            origin: undefined,
            attack: undefined,
            show: undefined,
          })
        }
        items={TABS.map((key) => ({ key, label: t(`detection.tab.${key}`) }))}
      />
      {tab === 'rules' ? <RulesTab /> : tab === 'baselines' ? <BaselinesTab /> : tab === 'coverage' ? <CoverageTab /> : <ExceptionsTab />}
      {isLooking && (
        <LookBackDialog
          onClose={() => setLooking(false)}
          onStarted={(id) => {
            setLooking(false);
            set({ job: String(id) });
          }}
        />
      )}
    </div>
  );
}
