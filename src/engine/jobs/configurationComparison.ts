import type { ConfigurationSource, SourceConfiguration } from '../backupSet/configurationSource';
import { changesBetween } from '../config/inFormOf';
import type { ComparedConfiguration, ComparedField, ComparisonProblem } from '../configurationResults';
import { toPlainError } from '../errors';
import type { ConsumerConfig, StreamConfig } from '../model';
import { compareNames } from '../nats/jetstreamApi';
import { Turns } from '../util/turns';

/** A stream's or consumer's configuration as a server has it. */
export type LiveConfigurationOf =
  | { kind: 'stream'; stream: string; config: StreamConfig }
  | { kind: 'consumer'; stream: string; consumer: string; config: ConsumerConfig };

/** One stream or consumer that was compared, with what each side has of it; a side without it is undefined. */
export interface ComparedPair<State extends string, Right> {
  compared: ComparedConfiguration<State>;
  left?: SourceConfiguration;
  right?: Right;
}

/** What the states of a comparison are called. */
export interface StateNames<State extends string> {
  same: State;
  differs: State;
  onlyLeft: State;
  onlyRight: State;
}

/** Whose defaults count. */
export type ServerOfDefaults = Parameters<typeof changesBetween>[3];

/** Brings together what has the same names on both sides: streams by name, each before its consumers. Others have their turn. */
export async function compareSides<State extends string, Right extends LiveConfigurationOf>(
  left: readonly SourceConfiguration[],
  right: readonly Right[],
  states: StateNames<State>,
  server: ServerOfDefaults,
): Promise<ComparedPair<State, Right>[]> {
  const [lefts, rights] = [byKey(left), byKey(right)];
  const keys = [...new Set([...lefts.keys(), ...rights.keys()])].sort(compareNames);
  const turns = new Turns();
  const pairs: ComparedPair<State, Right>[] = [];
  for (const key of keys) {
    await turns.next();
    const pair = pairOf(lefts.get(key), rights.get(key), states, server);
    if (pair !== undefined) pairs.push(pair);
  }
  return pairs;
}

/** Compares two that belong together, whatever their names. */
export function pairOf<State extends string, Right extends LiveConfigurationOf>(
  left: SourceConfiguration | undefined,
  right: Right | undefined,
  states: StateNames<State>,
  server: ServerOfDefaults,
): ComparedPair<State, Right> | undefined {
  const named = left ?? right;
  if (named === undefined) return undefined;
  const changes = left && right ? changesOf(left, right, server) : [];
  const state = !left ? states.onlyRight : !right ? states.onlyLeft : changes.length > 0 ? states.differs : states.same;
  const { kind, stream } = named;
  return {
    compared: { kind, stream, ...(named.kind === 'consumer' ? { consumer: named.consumer } : {}), state, changes },
    ...(left === undefined ? {} : { left }),
    ...(right === undefined ? {} : { right }),
  };
}

export function problemsIn({ problems }: ConfigurationSource): ComparisonProblem[] {
  return problems.map(({ file, line, error }) => ({
    file,
    ...(line === undefined ? {} : { line }),
    ...toPlainError(error),
  }));
}

/** Asked in the direction of a restore, so that what the server does not know or ignores in the backup shows too. */
function changesOf(left: SourceConfiguration, right: LiveConfigurationOf, server: ServerOfDefaults): ComparedField[] {
  return changesBetween(left.kind, right.config, left.config, server).map(({ field, from, to }) => ({
    field,
    from: to,
    to: from,
  }));
}

function byKey<T extends LiveConfigurationOf>(all: readonly T[]): Map<string, T> {
  return new Map(all.map((each) => [keyOf(each), each]));
}

/** Sorts a stream before its consumers; no name holds a zero. */
export function keyOf(each: LiveConfigurationOf): string {
  return each.kind === 'stream' ? each.stream : `${each.stream}\0${each.consumer}`;
}
