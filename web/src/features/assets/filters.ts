import type { Schemas } from '@/api/client';
import { IMPORTANCE, OBJECT_TYPES } from '@/features/shared/domain';
import { numberOf, type Search } from '@/features/shared/search';

export type AssetFilters = {
  q?: string;
  object_type?: Schemas['ObjectType'];
  system_id?: number;
  department_id?: number;
  importance?: Schemas['Importance'];
  sort?: string;
};
const SORTABLE = ['code', 'name', 'object_type', 'importance', 'last_inspected_at'];

/** The filters of an address; what the server would refuse is left out. */
export function assetFilters(search: Search): AssetFilters {
  const objectType = OBJECT_TYPES.find((t) => t === search.object_type);
  const importance = IMPORTANCE.find((i) => i === search.importance);
  const system = numberOf(search.system_id);
  const department = numberOf(search.department_id);
  return {
    ...(search.q ? { q: search.q } : {}),
    ...(objectType ? { object_type: objectType } : {}),
    ...(system !== undefined ? { system_id: system } : {}),
    ...(department !== undefined ? { department_id: department } : {}),
    ...(importance ? { importance } : {}),
    ...(search.sort && SORTABLE.includes(search.sort.replace(/^-/, '')) ? { sort: search.sort } : {}),
  };
}
