import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, multipart, type Schemas } from '@/api/client';
import { useChange } from '@/features/shared/useChange';
import { type CellRef, type CellState, type Matrix, patched } from './matrix';

export const matrixQuery = (id: number) => api.queryOptions('get', '/api/v1/assessments/{id}/matrix', { params: { path: { id } } });
export const cellQuery = (id: number, cell: CellRef) =>
  api.queryOptions('get', '/api/v1/assessments/{id}/cells/{requirement}/{asset_id}', {
    params: { path: { id, requirement: cell.requirement, asset_id: cell.asset_id } },
  });

export type Decision = Pick<Schemas['VerdictsInput'], 'action' | 'verdict' | 'reason'>;
const AFTER: Record<Decision['action'], CellState> = { confirm: 'confirmed', overrule: 'overruled', reopen: 'reopened' };
export const TOUCHES = ['assessments', 'findings', 'dashboard', 'systems', 'hazards'];

/** Decides some cells. The matrix shows it at once and takes it back when the server refuses. */
export function useDecide(id: number) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const key = matrixQuery(id).queryKey;
  const change = useChange(
    async ({ cells, decision }: { cells: CellRef[]; decision: Decision }) => {
      const before = queries.getQueryData<Matrix>(key);
      if (before) queries.setQueryData(key, patched(before, cells, { verdict: decision.verdict ?? null, state: AFTER[decision.action] }));
      try {
        return await bodyOf(client.PUT('/api/v1/assessments/{id}/verdicts', { params: { path: { id } }, body: { cells, ...decision } }));
      } catch (error) {
        if (before) queries.setQueryData(key, before);
        throw error;
      }
    },
    {
      touches: TOUCHES,
      onDone: ({ changed, skipped }) =>
        void message.success(skipped > 0 ? t('matrix.changedSkipped', { changed, skipped }) : t('matrix.changed', { changed })),
    },
  );
  return change;
}

export function useAnswer(id: number, onDone: () => void) {
  const { t } = useTranslation();
  return useChange(
    (body: Schemas['InterviewInput']) => bodyOf(client.PUT('/api/v1/assessments/{id}/interview', { params: { path: { id } }, body })),
    { touches: TOUCHES, done: t('interview.saved'), onDone },
  );
}

export const keepAttachment = (file: File) => bodyOf(client.POST('/api/v1/attachments', multipart(file)));
