/** The engine's only door. */
export * from './configurationResults';
export * from './errors';
export * from './model';
export * from './progress';
export * from './results';
export { removeAbandoned } from './backupSet/abandonedSets';
export { configurationFilesIn } from './backupSet/configurationFiles';
export { configurationFolderOf } from './backupSet/configurationFolder';
export { ConfigurationReader, type FolderContent } from './backupSet/configurationReader';
export type { ConfigurationProblem, ConfigurationSource, SourceConfiguration } from './backupSet/configurationSource';
export { filesOfStream, type StreamFile, type StreamFileKind } from './backupSet/filesOfStream';
export { findBackups, type FoundBackup } from './backupSet/findBackups';
export { inspectSource } from './backupSet/inspectSource';
export type { Manifest, ManifestStream } from './backupSet/manifest';
export { undoFolderOf } from './backupSet/savedConfigurations';
export { configurationFileName, contextFolderName } from './backupSet/names';
export { readConfigurations } from './backupSet/readConfigurations';
export type { BackupSource, SourceStream } from './backupSet/source';
export type { SetSummary } from './backupSet/summarize';
export { checkContextFile } from './contexts/checkContextFile';
export { emptyContextFile, type ContextFile } from './contexts/contextFile';
export { contextNameProblem } from './contexts/contextName';
export { contextPrograms } from './contexts/contextPrograms';
export { ContextStore, type ContextEntry } from './contexts/contextStore';
export { publicUrl } from './contexts/serverAddresses';
export { resolveContext, type ResolveOptions } from './contexts/resolveContext';
export { canonicalConsumerConfig, canonicalStreamConfig } from './config/canonicalJson';
export { describeChange } from './config/describeField';
export { differencesOf } from './config/differences';
export { changesBetween, inFormOf, newestServer } from './config/inFormOf';
export { kindOfText } from './config/kindOfText';
export { quantityAt, type QuantityAt } from './config/quantityAt';
export { applyConfiguration } from './jobs/applyConfiguration';
export { backup, type BackupRequest } from './jobs/backup';
export { backupConfiguration, type BackupConfigurationRequest } from './jobs/backupConfiguration';
export {
  withUpdates,
  type ConfigurationPlan,
  type ConfigurationRequest,
  type PlannedConfiguration,
} from './jobs/configurationPlan';
export type { RestoreOverrides } from './jobs/overrides';
export { planConfiguration } from './jobs/planConfiguration';
export { planRestore } from './jobs/planRestore';
export { planStreamChange, type StreamChangeRequest } from './jobs/planStreamChange';
export { readConfigurationSource, type ConfigurationSourceRequest } from './jobs/readConfigurationSource';
export { restore } from './jobs/restore';
export type { PlannedStream, RestorePlan, RestoreRequest } from './jobs/restorePlan';
export { verifyBackup, type VerifyRequest } from './jobs/verify';
export { compareBackups, type BackupComparison, type CompareBackupsRequest } from './jobs/compareBackups';
export {
  compareConfiguration,
  type CompareConfigurationRequest,
  type LiveComparison,
} from './jobs/compareConfiguration';
export type { ComparedPair, LiveConfigurationOf } from './jobs/configurationComparison';
export { connectServer } from './nats/connect';
export { compareNames, JetStreamApi } from './nats/jetstreamApi';
export type { ConnectionStatus, ServerConnection, ServerFacts } from './nats/serverConnection';
export { onAbort } from './util/abort';
export { formatBytes } from './util/formatBytes';
export { formatDuration } from './util/formatDuration';
export { JsoncSyntaxError, parseJsonc } from './util/jsonc';
export { inParallel } from './util/inParallel';
export { parseJson, stringifyJson } from './util/losslessJson';
export { Turns } from './util/turns';
