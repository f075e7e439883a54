import { render, screen, within } from '@testing-library/react';
import { Form, Input } from 'antd';
import { expect, it } from 'vitest';
import { ApiError } from '@/api/client';
import { FormDrawer } from './FormDrawer';

function Drawer({ error }: { error: unknown }) {
  const [form] = Form.useForm();
  return (
    <FormDrawer open title="来源" form={form} values={{}} recordKey={1} error={error} onClose={() => {}} onSubmit={() => {}}>
      <Form.Item name="name" label="名称">
        <Input />
      </Form.Item>
      <Form.Item name="parser" label="解析方式">
        <Input />
      </Form.Item>
    </FormDrawer>
  );
}

// A drawer takes its time on a busy machine.
const PATIENCE = 60_000;

it('a field that the server refused says so itself, the others are named above', { timeout: PATIENCE }, async () => {
  const fields = [
    { field: 'name', expected: '1 to 120 characters', found: null },
    { field: 'username', expected: 'three different user names', found: null },
  ];
  const { rerender } = render(<Drawer error={null} />);
  rerender(<Drawer error={new ApiError('invalid-input', 422, 'the input is not valid', null, fields)} />);
  expect(await screen.findByText('应为：1～120 个字', {}, { timeout: PATIENCE })).toBeInTheDocument();
  const alert = screen.getAllByRole('alert').find((one) => within(one).queryByText(/填写内容有误/));
  expect(alert).toHaveTextContent('填写内容有误（用户名：应为三个不同的用户名）');
});

it('what was said before the panel opened is not said again', { timeout: PATIENCE }, () => {
  render(<Drawer error={new ApiError('invalid-input', 422, 'the input is not valid')} />);
  expect(screen.queryByText(/填写内容有误/)).toBeNull();
});
