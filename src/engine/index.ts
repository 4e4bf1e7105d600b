/** The engine's only door. */
export * from './errors';
export * from './model';
export * from './progress';
export { checkContextFile } from './contexts/checkContextFile';
export type { ContextFile } from './contexts/contextFile';
export { contextNameProblem } from './contexts/contextName';
export { ContextStore, type ContextEntry } from './contexts/contextStore';
export { resolveContext, type ResolveOptions } from './contexts/resolveContext';
