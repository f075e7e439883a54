import { DatePicker } from 'antd';
import dayjs from 'dayjs';

/** A day as `YYYY-MM-DD` text in a form. */
export function DayField({
  value,
  onChange,
  label,
  id,
}: {
  value?: string | null;
  onChange?: (day: string | null) => void;
  label?: string;
  id?: string;
}) {
  return (
    <DatePicker
      className="choose"
      format="YYYY-MM-DD"
      value={value ? dayjs(value) : null}
      onChange={(day) => onChange?.(day ? day.format('YYYY-MM-DD') : null)}
      {...(id ? { id } : {})}
      {...(label ? { 'aria-label': label, placeholder: label } : {})}
    />
  );
}
