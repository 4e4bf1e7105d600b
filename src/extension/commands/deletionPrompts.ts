import { window } from 'vscode';
import type { ConfigurationPlan, MessagesAtStake } from '../../engine';
import { askSteps, type TextStep } from '../ui/ask';
import { countOf } from '../ui/format';
import type { BackupPrompts } from './backupPrompts';

interface AtStake {
  stream: string;
  deletes: MessagesAtStake;
}

/** What a person is asked before a change that deletes messages: the name of each stream, typed. */
export class DeletionPrompts {
  constructor(private readonly backups: BackupPrompts) {}

  /** @returns the streams that were confirmed; none where nothing is at stake; undefined where the person gave up */
  async confirm(plan: ConfigurationPlan): Promise<string[] | undefined> {
    const atStake = plan.items.flatMap(({ change: { action, stream, deletes } }) =>
      action === 'update' && deletes !== undefined ? [{ stream, deletes }] : [],
    );
    if (atStake.length === 0) return [];
    if (!(await this.warn(plan.context, atStake))) return undefined;
    const steps = atStake.map(({ stream, deletes }) => typedName(stream, deletes));
    return (await askSteps('Changes that delete messages', () => steps))
      ? atStake.map(({ stream }) => stream)
      : undefined;
  }

  private async warn(context: string, atStake: readonly AtStake[]): Promise<boolean> {
    const backUp = 'Back Up First';
    const goOn = 'Delete Messages…';
    const lines = atStake.map(({ stream, deletes }) => `${stream}: ${describe(deletes)}. ${deletes.reason}`);
    const question = `Applying this deletes messages in ${context}.`;
    const detail = `${lines.join('\n')}\n\nUndo brings the configuration back, not the messages.`;
    const answer = await window.showWarningMessage(question, { modal: true, detail }, backUp, goOn);
    if (answer === goOn) return true;
    if (answer !== backUp) return false;
    const streams = atStake.map(({ stream }) => stream);
    const result = await this.backups.backUp({ context, streams, data: true });
    return result?.streams.every(({ outcome, verified }) => outcome === 'backedUp' && verified) === true;
  }
}

function typedName(stream: string, deletes: MessagesAtStake): TextStep {
  return {
    kind: 'text',
    prompt: `${stream} loses ${describe(deletes)}. Type the name of the stream to confirm.`,
    placeholder: stream,
    validate: (text) => (text === stream ? undefined : `Type ${stream} to confirm, or press Escape.`),
    apply: () => undefined,
  };
}

function describe({ messages, exact }: MessagesAtStake): string {
  return `${exact ? '' : 'about '}${countOf(messages, 'message')}`;
}
