import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useGo } from '../Link';
import { paths } from '../paths';
import { useInvalidate } from '../useChange';

/** What an inspection changes. */
const TOUCHES = ['inspections', 'assets', 'dashboard', 'assessments', 'findings'];

/** Inspects by one of the ways and goes to the result. Leaving the form calls it off; a refusal is the form's to show. */
export function useInspect<V>(send: (values: V, signal: AbortSignal) => Promise<Schemas['Inspection']>, onDone: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const go = useGo();
  const invalidate = useInvalidate();
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const mutation = useMutation({
    mutationFn: (values: V) => {
      control.current = new AbortController();
      return send(values, control.current.signal);
    },
    onSuccess: async (inspection) => {
      void message.success(t('inspection.ran'));
      onDone();
      go(paths.inspection(inspection.id));
      await invalidate(...TOUCHES);
    },
  });
  const stop = () => {
    control.current?.abort();
    mutation.reset();
  };
  return { ...mutation, stop };
}
