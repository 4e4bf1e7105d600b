/** The engine's only door. */
export * from './errors';
export * from './model';
export * from './progress';
