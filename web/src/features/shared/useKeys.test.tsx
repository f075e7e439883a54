import { fireEvent, render } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { useKeys } from './useKeys';

function Page({ onKey }: { onKey: () => void }) {
  useKeys({ t: onKey });
  return (
    <>
      <input aria-label="field" />
      <input type="checkbox" aria-label="tick" />
    </>
  );
}

it('keys of a page rest while somebody types, with modifiers, and after g', () => {
  const onKey = vi.fn();
  const { getByLabelText } = render(<Page onKey={onKey} />);
  fireEvent.keyDown(window, { key: 't' });
  expect(onKey).toHaveBeenCalledTimes(1);
  fireEvent.keyDown(getByLabelText('field'), { key: 't' });
  fireEvent.keyDown(window, { key: 't', ctrlKey: true });
  fireEvent.keyDown(window, { key: 'g' });
  fireEvent.keyDown(window, { key: 't' });
  expect(onKey).toHaveBeenCalledTimes(1);
  fireEvent.keyDown(window, { key: 't' });
  expect(onKey).toHaveBeenCalledTimes(2);
  fireEvent.keyDown(getByLabelText('tick'), { key: 't' });
  expect(onKey).toHaveBeenCalledTimes(3);
});
