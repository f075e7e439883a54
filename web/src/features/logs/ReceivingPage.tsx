import { useTranslation } from 'react-i18next';
import { PageHead } from '@/ui/PageHead';
import { ConnectCard } from './ConnectHow';
import { ImportCard } from './ImportCard';
import { InputsCard } from './InputsCard';
import { TokensCard } from './TokensCard';
import { TrialCard } from './TrialCard';
import './intake.css';

/** How logs come in: over the network, with tokens, from files; and how a line is read. */
export function ReceivingPage() {
  const { t } = useTranslation();
  return (
    <div className="page logs receiving">
      <PageHead title={t('nav.logReceiving')} />
      <div className="receiving-cards">
        <div className="stack-v">
          <ConnectCard />
          <InputsCard />
          <TokensCard />
        </div>
        <div className="stack-v">
          <TrialCard />
          <ImportCard />
        </div>
      </div>
    </div>
  );
}
