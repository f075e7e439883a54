import type { FormInstance } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { useExpected } from '@/i18n/expected';

const NONE: readonly string[] = [];

/** Shows at its field what the server said of it; which fields that were, as the others are told elsewhere. */
export function useFieldProblems(form: FormInstance, error: unknown): readonly string[] {
  const { t } = useTranslation();
  const expected = useExpected();
  const [told, setTold] = useState(NONE);
  useEffect(() => {
    const shown = Object.keys(form.getFieldsValue() as object);
    const problems = error instanceof ApiError ? error.fields.filter(({ field }) => shown.includes(field)) : [];
    setTold(problems.length > 0 ? problems.map(({ field }) => field) : NONE);
    const first = problems[0];
    if (!first) return;
    form.setFields(
      problems.map((problem) => ({
        name: problem.field,
        errors: [problem.expected ? t('problem.expected', { expected: expected(problem.expected) }) : t('problem.invalid-input')],
      })),
    );
    form.scrollToField(first.field, { focus: true, block: 'center' });
  }, [form, error, expected, t]);
  return told;
}
