import { App } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { raiseFinding, triage } from './api';

/** A question to be answered before something is done to alerts. */
export type Asking = { kind: 'close' | 'reopen' | 'assign' | 'except'; ids: readonly number[] };
export type Act = 'acknowledge' | 'investigate' | 'take' | 'close' | 'reopen' | 'assign' | 'except' | 'raise_finding';

const TOUCHED = ['alerts', 'dashboard', 'detection'];

/** What is done to alerts: at once, or after a question. */
export function useTriage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { account } = useSession();
  const [asking, setAsking] = useState<Asking | null>(null);
  const run = useChange(triage, {
    touches: TOUCHED,
    onDone: ({ changed, skipped }) => {
      setAsking(null);
      void message.success(t(skipped > 0 ? 'alert.doneSkipped' : 'alert.doneN', { n: changed, skipped }));
    },
  });
  const raise = useChange(raiseFinding, { touches: [...TOUCHED, 'findings'], done: t('alert.raised') });
  const { mutate } = run;
  const { mutate: raiseOne } = raise;
  const act = useCallback(
    (what: Act, ids: readonly number[]) => {
      const [first] = ids;
      if (first === undefined) return;
      if (what === 'acknowledge' || what === 'investigate') mutate({ ids: [...ids], action: what });
      else if (what === 'take') mutate({ ids: [...ids], action: 'assign', assigned_to: account.id });
      else if (what === 'raise_finding') raiseOne(first);
      else setAsking({ kind: what, ids: what === 'except' ? [first] : ids });
    },
    [mutate, raiseOne, account.id],
  );
  const close = useCallback(() => setAsking(null), []);
  return { asking, act, close, run: mutate, busy: run.isPending || raise.isPending };
}
export type Triage = ReturnType<typeof useTriage>;
