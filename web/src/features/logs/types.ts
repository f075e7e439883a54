/** What the logs API says, as far as the page reads it. */
export type FieldValue = string | number | boolean;
export type Field = { name: string; value: FieldValue };
export type LogEvent = {
  /** The place of the event in the order of receipt; 64 bits, so it stays a text. */
  sequence: string;
  at: string;
  at_from: 'event' | 'event_local' | 'receipt';
  received_at: string;
  source: string;
  peer: string;
  transport: string;
  /** The message as it came. */
  text: string;
  /** Names follow the Elastic Common Schema; one may occur twice. */
  fields: Field[];
};
export type LogSearch = {
  events: LogEvent[];
  more: boolean;
  cursor: string | null;
  pages: number;
  pages_read: number;
  milliseconds: number;
};
export type Bucket = { at: string; events: number; failures: number };
export type LogHistogram = { seconds: number; total: number; exact: boolean; buckets: Bucket[] };
export type Facet = { name: string; filled: number; values: { value: string; events: number }[] };
export type LogFacets = { examined: number; facets: Facet[] };
export type FieldKind = 'keyword' | 'text' | 'integer' | 'address' | 'other';
export type KnownField = { name: string; kind: FieldKind };
export type SourceState = 'sending' | 'silent' | 'new' | 'stopped';
export type LogSource = {
  id: number;
  name: string;
  address: string;
  transport: string;
  parser: string | null;
  asset_id: number | null;
  asset_name: string | null;
  first_seen_at: string;
  last_seen_at: string | null;
  events_total: number;
  events_per_minute: number;
  rejected: number;
  dropped: number;
  cut: number;
  clock_skew_seconds: number | null;
  silent_after_minutes: number | null;
  state: SourceState;
  silent_since: string | null;
  days_kept: number | null;
  hours: number[];
};
export type SourceInput = Partial<Pick<LogSource, 'name' | 'asset_id' | 'parser' | 'silent_after_minutes'>>;
export type LogStorage = {
  state: string;
  problem: string | null;
  events: number;
  bytes: number;
  bytes_per_event: number;
  oldest_at: string | null;
  newest_at: string | null;
  days_kept: number;
  events_per_day: number;
  bytes_per_day: number;
  forecast_days: number | null;
  forecast_bytes: number | null;
  disk_free_bytes: number;
  keep_days: number;
  least_days: number;
  per_source: { source: string; keep_days: number }[];
  days: { day: string; events: number; bytes: number }[];
};
export type SavedSearch = {
  id: number;
  name: string;
  query: string;
  span: string;
  shared: boolean;
  owner_name: string;
  created_at: string;
};
export type SavedSearchInput = Pick<SavedSearch, 'name' | 'query' | 'span' | 'shared'>;
export type LogToken = {
  id: number;
  name: string;
  source: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
};
export type LogImport = {
  received: number;
  kept: number;
  rejected: number;
  bytes_in: number;
  rejects: { line: number; reason: string }[];
};
export type LogTrial = { parser: string | null; event: Omit<LogEvent, 'sequence'>; notes: string[] };
export type LogParser = { name: string; title: string };
export type LogExport = { query: string; from: string; to: string; format: 'ndjson' | 'csv'; mask: boolean; reason: string };
