import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { facetsQuery, fieldsQuery } from './api';
import { QueryField } from './QueryField';

const ASKED = { query: 'ssh2', from: '2026-11-23T00:00:00Z', to: '2026-11-23T01:00:00Z' };

function shown() {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } } });
  queries.setQueryData(fieldsQuery().queryKey, [
    { name: 'user.name', kind: 'keyword' },
    { name: 'source.ip', kind: 'address' },
  ]);
  const facet = {
    name: 'user.name',
    filled: 9,
    values: [
      { value: 'root', events: 7 },
      { value: '张 三', events: 2 },
    ],
  };
  queries.setQueryData(facetsQuery({ ...ASKED, query: '' }, ['user.name']).queryKey, { examined: 9, facets: [facet] });
  const onSearch = vi.fn();
  render(
    <QueryClientProvider client={queries}>
      <QueryField value="" asked={ASKED} invalid={false} onSearch={onSearch} />
    </QueryClientProvider>,
  );
  return { field: screen.getByRole('combobox', { name: '检索条件' }), user: userEvent.setup(), onSearch };
}

it('completes a field, then its value, by the keyboard alone', async () => {
  const { field, user, onSearch } = shown();
  await user.type(field, 'us');
  expect(screen.getByRole('option', { name: /user\.name:/ })).toBeInTheDocument();
  await user.keyboard('{Tab}');
  expect(field).toHaveValue('user.name:');
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(field).toHaveAttribute('aria-activedescendant', 'query-completion-1');
  await user.keyboard('{Enter}');
  expect(field).toHaveValue('user.name:"张 三" ');
  expect(onSearch).not.toHaveBeenCalled();
  await user.keyboard('{Escape}{Enter}');
  expect(onSearch).toHaveBeenCalledExactlyOnceWith('user.name:"张 三"');
});

it('searches what is typed when nothing is chosen', async () => {
  const { field, user, onSearch } = shown();
  await user.type(field, 'failed so{Enter}');
  expect(onSearch).toHaveBeenCalledExactlyOnceWith('failed so');
  expect(screen.queryByRole('option')).not.toBeInTheDocument();
});
