import { useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n/words';
import { departmentsQuery, peopleQuery, postsQuery, systemsQuery } from './lists';

type Choice = SelectProps & { label: string };
const byLabel = (input: string, option?: { label?: unknown }) =>
  String(option?.label ?? '')
    .toLowerCase()
    .includes(input.toLowerCase());

/** A select that is searched by typing, named for those who do not see it. */
export function Choose({ label, ...rest }: Choice) {
  return <Select aria-label={label} placeholder={label} showSearch={{ filterOption: byLabel }} allowClear className="choose" {...rest} />;
}

type Record = { id: number; code: string; name: string };
const optionsOf = (items: readonly Record[] | undefined) => (items ?? []).map((x) => ({ value: x.id, label: `${x.name}　${x.code}` }));

export function ChooseDepartment(props: SelectProps) {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(departmentsQuery());
  return <Choose label={t('field.department')} loading={isPending} options={optionsOf(data?.items)} {...props} />;
}
export function ChoosePost(props: SelectProps) {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(postsQuery());
  return <Choose label={t('field.post')} loading={isPending} options={optionsOf(data?.items)} {...props} />;
}
export function ChoosePerson(props: SelectProps) {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(peopleQuery());
  return <Choose label={t('field.owner')} loading={isPending} options={optionsOf(data?.items)} {...props} />;
}
export function ChooseSystem(props: SelectProps) {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(systemsQuery());
  return <Choose label={t('field.system')} loading={isPending} options={optionsOf(data?.items)} {...props} />;
}

/** A select of stable codes. */
export function ChooseWord({
  group,
  codes,
  label,
  ...rest
}: Choice & { group: Parameters<ReturnType<typeof useWord>>[0]; codes: readonly string[] }) {
  const word = useWord();
  return <Choose label={label} options={codes.map((code) => ({ value: code, label: word(group, code) }))} {...rest} />;
}
