import { basename } from 'node:path';
import type { FieldChange, PlainValue } from '../../../engine';
import type { DriftState } from '../../services/contextDrift';
import { countOf } from '../../ui/format';
import type { Line, Note } from '../linesOf';

/** How a row differs from the files in the workspace. */
export type DriftMarkKind = 'differs' | 'withoutFile' | 'onlyInFiles' | 'unreadable';

/** What a row says of it: a mark, a line in its tooltip, and the fields. */
export interface DriftMark {
  kind: DriftMarkKind;
  text: string;
}

const fieldsShown = 6;
const longestValue = 80;

/** Undefined where all is as in the file, or where nothing is known. */
export function markOf(state: DriftState | undefined): DriftMark | undefined {
  switch (state?.kind) {
    case undefined:
    case 'same':
      return undefined;
    case 'withoutFile':
      return { kind: 'withoutFile', text: 'Not in the configuration files' };
    case 'unreadable':
      return { kind: 'unreadable', text: `Its file ${basename(state.file)} cannot be used` };
    case 'differs':
      return {
        kind: 'differs',
        text: `Differs from ${basename(state.file)} in ${countOf(state.changes.length, 'field')}`,
      };
  }
}

/** The same with what to do, for a tooltip. */
export function noteOf(state: DriftState | undefined): Note | undefined {
  const mark = markOf(state);
  return mark && { icon: 'git-compare', text: `${mark.text}. ${nextStepOf(mark)}` };
}

export const goneMark: DriftMark = { kind: 'onlyInFiles', text: 'Not on the server, only in the configuration files' };

const nextSteps: Readonly<Record<DriftMarkKind, string>> = {
  differs: 'Compare with Live shows it; Back Up Configuration writes what is live.',
  withoutFile: 'Back Up Configuration writes it.',
  onlyInFiles: 'Restore Configuration creates it.',
  unreadable: 'Correct it, or write it anew with Back Up Configuration.',
};

/** What a person can do about it: a sentence. */
export function nextStepOf({ kind }: DriftMark): string {
  return nextSteps[kind];
}

/** The first fields that differ: `max_age: 0 → 3600000000000`, the file's value first. */
export function changeLines(state: DriftState | undefined): Line[] {
  if (state?.kind !== 'differs') return [];
  const lines = state.changes.slice(0, fieldsShown).map(lineOf);
  const more = state.changes.length - fieldsShown;
  return more > 0 ? [...lines, ['And', countOf(more, 'more field')]] : lines;
}

function lineOf({ field, from, to }: FieldChange): Line {
  return [field, `${shown(from)} → ${shown(to)}`];
}

function shown(value: PlainValue): string {
  if (value === null) return 'not set';
  // An integer beyond 2^53 comes as a text of digits.
  const text = typeof value === 'string' && /^-?\d{16,}$/.test(value) ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
