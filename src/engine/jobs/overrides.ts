import type { JsonObject, StreamConfig } from '../model';

/** What a restore puts in the place of the backup's own. */
export interface RestoreOverrides {
  replicas?: number;
  cluster?: string;
  tags?: string[];
  /** Fields that replace those of the backup's configuration; the name stays. */
  config?: JsonObject;
}

/** The backup's configuration with the overrides. */
export function withOverrides(config: StreamConfig, overrides: RestoreOverrides): StreamConfig {
  const { replicas, cluster, tags } = overrides;
  const placed = cluster !== undefined || tags !== undefined;
  return {
    ...config,
    ...overrides.config,
    name: config.name,
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
    ...(placed
      ? {
          placement: {
            ...config.placement,
            ...(cluster === undefined ? {} : { cluster }),
            ...(tags === undefined ? {} : { tags }),
          },
        }
      : {}),
  };
}
