import type { Schemas } from '@/api/client';

export type LogEvent = Schemas['LogEvent'];
export type LogField = Schemas['LogField'];
export type LogBucket = Schemas['LogBucket'];
export type LogHistogram = Schemas['LogHistogram'];
export type LogFacet = Schemas['LogFacet'];
export type KnownField = Schemas['LogKnownField'];
export type FieldKind = Schemas['LogFieldKind'];
export type LogSource = Schemas['LogSource'];
export type SourceInput = Schemas['LogSourceInput'];
export type SourceState = Schemas['LogSourceState'];
export type LogListeners = Schemas['LogListeners'];
export type LogStorage = Schemas['LogStorage'];
export type SavedSearch = Schemas['SavedSearch'];
export type LogToken = Schemas['LogToken'];
export type LogImport = Schemas['LogImport'];
export type LogTrial = Schemas['LogTrial'];
export type LogExport = Schemas['LogExport'];
